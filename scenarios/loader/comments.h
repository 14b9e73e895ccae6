#pragma once
// The comments of the schema, as they stand in the .proto files: the reference text of the
// language.

#include <google/protobuf/descriptor.h>

#include <string>

namespace chokepoint {

class Comments {
 public:
  Comments();

  // What is said about a message, field, enum or enum value: the comment above it or, without one,
  // the one behind it; lines of a paragraph joined. Empty without any.
  std::string of(const google::protobuf::Descriptor* message) const;
  std::string of(const google::protobuf::FieldDescriptor* field) const;
  std::string of(const google::protobuf::EnumDescriptor* type) const;
  std::string of(const google::protobuf::EnumValueDescriptor* value) const;

 private:
  google::protobuf::DescriptorPool pool_;  // the same schema, with its comments
};

}  // namespace chokepoint
