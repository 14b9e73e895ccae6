#include "scenarios/loader/comments.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <string_view>

#include "scenarios/base/assert.h"

namespace chokepoint {

// Made at build time, see scenarios/CMakeLists.txt.
std::string_view descriptor_bytes();

namespace {

// Lines that end in the middle of a sentence are joined; indented ones (formulas) keep their line.
std::string as_paragraph(std::string_view comment) {
  std::string text;
  while (!comment.empty()) {
    std::string_view line = comment.substr(0, comment.find('\n'));
    comment.remove_prefix(std::min(line.size() + 1, comment.size()));
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (line.empty()) continue;
    const bool formula = line.starts_with("  ");
    if (!text.empty()) text += formula ? '\n' : ' ';
    text += line;
  }
  return text;
}

template <class Located>
std::string comment_on(const Located* located) {
  google::protobuf::SourceLocation location;
  if (located == nullptr || !located->GetSourceLocation(&location)) return {};
  const bool above = !location.leading_comments.empty();
  return as_paragraph(above ? location.leading_comments : location.trailing_comments);
}

}  // namespace

Comments::Comments() {
  google::protobuf::FileDescriptorSet files;
  const std::string_view bytes = descriptor_bytes();
  const bool parsed = files.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  CHOKEPOINT_ASSERT(parsed, "the embedded schema is damaged");
  for (const auto& file : files.file()) {
    const bool built = pool_.BuildFile(file) != nullptr;
    CHOKEPOINT_ASSERT(built, "the embedded schema is damaged");
  }
}

std::string Comments::of(const google::protobuf::Descriptor* message) const {
  return comment_on(pool_.FindMessageTypeByName(message->full_name()));
}

std::string Comments::of(const google::protobuf::FieldDescriptor* field) const {
  return comment_on(pool_.FindFieldByName(field->full_name()));
}

std::string Comments::of(const google::protobuf::EnumDescriptor* type) const {
  return comment_on(pool_.FindEnumTypeByName(type->full_name()));
}

std::string Comments::of(const google::protobuf::EnumValueDescriptor* value) const {
  return comment_on(pool_.FindEnumValueByName(value->full_name()));
}

}  // namespace chokepoint
