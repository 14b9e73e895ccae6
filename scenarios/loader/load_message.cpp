#include "scenarios/loader/load_message.h"

#include "scenarios/loader/document.h"
#include "scenarios/loader/problems.h"
#include "scenarios/loader/read_message.h"
#include "scenarios/loader/rules.h"
#include "scenarios/loader/text_file.h"

namespace chokepoint {

Errors load_message(const std::filesystem::path& path, google::protobuf::Message& message,
                    std::string_view hint) {
  const Result<std::string> text = read_text_file(path);
  if (!text) return {text.error()};
  return load_message_text(*text, path.string(), message, hint);
}

Errors load_message_text(std::string_view text, const std::string& name,
                         google::protobuf::Message& message, std::string_view hint) {
  const Source source(name, std::string(without_byte_order_mark(text)), 0);
  Problems problems;
  const NodePtr root = parse_document(source, problems);
  if (root == nullptr) return problems.take();
  if (root->kind != Node::Kind::map) {
    problems.add({root->at, "expected a mapping", std::string(hint)});
    return problems.take();
  }
  Rules rules;
  Unread unread;
  read_message(*root, message, rules, problems, unread);
  return problems.empty() ? Errors{} : problems.take();
}

}  // namespace chokepoint
