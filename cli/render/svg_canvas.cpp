#include "cli/render/svg_canvas.h"

#include <fmt/format.h>

#include <iterator>

#include "cli/render/paint.h"

namespace chokepoint::cli {
namespace {

// Up is calm and pale, trouble is vivid. Orange, yellow and green differ in lightness too, so that
// the picture can be read without telling red from green.
constexpr std::string_view kStyle = R"css(
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:13px;fill:#1f2328}
.page{fill:#ffffff;stroke:#d1d9e0}
.title{font-size:20px;font-weight:600}.muted{fill:#59636e}.small{font-size:12px}.group{font-size:11px;font-weight:600;letter-spacing:.06em;fill:#59636e}
.name{font-weight:500}.strong{font-weight:600}
.grid{stroke:#d1d9e0;stroke-width:1}.axis{stroke:#8c959f;stroke-width:1}
.empty{fill:#f0f2f5}.up{fill:#bfe3ca}.degraded{fill:#f2c14e}.down{fill:#cf3f4f}
.stage1{fill:#ee9a4d}.stage2{fill:#f2b75a}.stage3{fill:#f4d06f}
.on-up{fill:#1c5a34}.on-degraded{fill:#3d2e00}.on-down{fill:#ffffff;font-weight:600}
.step{fill:#a9c7f5}.on-step{fill:#12366e}.failed{fill:#e7a3a9}
.fault{stroke:#7a1fa2;stroke-width:1.5;stroke-dasharray:4 3;fill:none}.fault-mark{fill:#7a1fa2}.fault-name{fill:#7a1fa2;font-weight:600}
.revert{stroke:#7a1fa2;stroke-width:1;stroke-dasharray:1 4;fill:none}.revert-mark{fill:#ffffff;stroke:#7a1fa2;stroke-width:1.5}
.held{fill:#1f7a3f}.deviated{fill:#b3261e}.badge{fill:#ffffff;font-weight:600}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}.page{fill:#0d1117;stroke:#30363d}.muted,.group{fill:#9198a1}
.grid{stroke:#262c36}.axis{stroke:#656d76}
.empty{fill:#161b22}.up{fill:#1c4a30}.degraded{fill:#d9a520}.down{fill:#e0525f}
.stage1{fill:#d97f30}.stage2{fill:#d99a35}.stage3{fill:#d9b548}
.on-up{fill:#9fdcb4}.on-degraded{fill:#241b00}.on-down{fill:#ffffff}
.step{fill:#2f5b9e}.on-step{fill:#e3edff}.failed{fill:#8e3a42}
.fault,.revert{stroke:#d2a8ff}.fault-mark,.fault-name{fill:#d2a8ff}.revert-mark{fill:#0d1117;stroke:#d2a8ff}
.held{fill:#238636}.deviated{fill:#da3633}.badge{fill:#ffffff}}
)css";

std::string_view name_of(Anchor anchor) {
  switch (anchor) {
    case Anchor::start:
      return "start";
    case Anchor::middle:
      return "middle";
    case Anchor::end:
      return "end";
  }
  return "start";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

double text_width(std::string_view text, double font_px) {
  constexpr double kShareOfHeight = 0.56;
  return static_cast<double>(width_of(text)) * font_px * kShareOfHeight;
}

void SvgCanvas::rect(const Box& box, double radius, std::string_view classes,
                     std::string_view tooltip) {
  const std::string title =
      tooltip.empty() ? "" : fmt::format("<title>{}</title>", escaped(tooltip));
  fmt::format_to(std::back_inserter(shapes_),
                 "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"{:.1f}\" "
                 "class=\"{}\">{}</rect>\n",
                 box.x, box.y, box.width, box.height, radius, classes, title);
}

void SvgCanvas::line(double x1, double y1, double x2, double y2, std::string_view classes) {
  fmt::format_to(std::back_inserter(shapes_),
                 "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n",
                 x1, y1, x2, y2, classes);
}

void SvgCanvas::pointer(double x, double y, std::string_view classes) {
  fmt::format_to(std::back_inserter(shapes_),
                 "<path d=\"M{:.1f} {:.1f}l-5 -9h10z\" class=\"{}\"/>\n", x, y, classes);
}

void SvgCanvas::text(double x, double y, std::string_view content, std::string_view classes,
                     Anchor anchor) {
  fmt::format_to(std::back_inserter(shapes_),
                 "<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\" text-anchor=\"{}\">{}</text>\n", x,
                 y, classes, name_of(anchor), escaped(content));
}

std::string SvgCanvas::document(double width, double height, std::string_view title,
                                std::string_view about) const {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" aria-labelledby=\"title about\">\n"
      "<title id=\"title\">{2}</title>\n<desc "
      "id=\"about\">{3}</desc>\n<style>{4}</style>\n{5}</svg>\n",
      width, height, escaped(title), escaped(about), kStyle, shapes_);
}

}  // namespace chokepoint::cli
