#pragma once
// Shapes and texts of an SVG, and the colours that they are drawn in.

#include <string>
#include <string_view>

namespace chokepoint::cli {

// A text as it may stand in XML.
std::string escaped(std::string_view text);

// About how many pixels a text takes in the sans-serif fonts of browsers; on the wide side.
double text_width(std::string_view text, double font_px);

enum class Anchor { start, middle, end };

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

// Collects shapes from back to front. Classes are the ones of the style sheet in svg_canvas.cpp.
class SvgCanvas {
 public:
  void rect(const Box& box, double radius, std::string_view classes, std::string_view tooltip = "");
  void line(double x1, double y1, double x2, double y2, std::string_view classes);
  // A mark that points down to (x, y).
  void pointer(double x, double y, std::string_view classes);
  void text(double x, double y, std::string_view content, std::string_view classes,
            Anchor anchor = Anchor::start);

  // Everything of another canvas, in front of what is here.
  void append(const SvgCanvas& front) { shapes_ += front.shapes_; }

  // The whole document. `title` and `about` are for those who cannot see it.
  std::string document(double width, double height, std::string_view title,
                       std::string_view about) const;

 private:
  std::string shapes_;
};

}  // namespace chokepoint::cli
