#include "scenarios/loader/document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <numeric>
#include <sstream>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "scenarios/loader/document_text.h"

namespace chokepoint {
namespace {

constexpr std::size_t kSmallMap = 16;  // up to here a look at each key is as quick as an index

// Ends the parse from inside yaml-cpp; never leaves this file.
struct Refused {
  Problem problem;
};

// Builds the tree from yaml-cpp's events. One frame for each list or map that is still open.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Source& source, Problems& problems) : source_(source), problems_(problems) {}

  NodePtr root() const { return root_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node{.kind = Node::Kind::null, .at = scalar_at(mark, "")};
    finish(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    const Position at = scalar_at(mark, value);
    if (!is_closed(at)) throw Refused{{at, "a quote that is not closed", ""}};
    finish(Node{.kind = Node::Kind::scalar, .at = at, .text = value}, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Position at = scalar_at(mark, "");
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw Refused{{at, "an alias to a value that contains it", "write the value out"}};
    }
    aliased_ += found->second->size;
    if (aliased_ > kMaxAliased) {
      throw Refused{{at, fmt::format("aliases expand to more than {} values", kMaxAliased), ""}};
    }
    if (static_cast<int>(open_.size()) + found->second->depth > kMaxDepth) throw too_deep(at);
    place(found->second, at);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    bool wants_value = false;  // of a map: the key was read
    bool keeps_value = true;   // of a map: the key was sound
    Entry entry = {};
    std::unordered_set<std::string> keys = {};
  };

  Position scalar_at(const YAML::Mark& mark, const std::string& value) const {
    return position_of_scalar(source_, static_cast<std::size_t>(std::max(mark.pos, 0)), value);
  }

  Refused too_deep(const Position& at) const {
    return {{at, fmt::format("nested deeper than {} levels", kMaxDepth), ""}};
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    problems_.add({position_of_token(source_, static_cast<std::size_t>(mark.pos)),
                   "tags (!...) have no meaning here", "take the tag away"});
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    refuse_tag(mark, tag);
    const Position at = {&source_, static_cast<std::uint32_t>(std::max(mark.pos, 0)), 1};
    if (static_cast<int>(open_.size()) >= kMaxDepth) throw too_deep(at);
    open_.push_back(Frame{.node = Node{.kind = kind, .at = at}, .anchor = anchor});
  }

  void close() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    finish(std::move(frame.node), frame.anchor);
  }

  void finish(Node node, YAML::anchor_t anchor) {
    const Position at = node.at;
    NodePtr made = finished(std::move(node));
    if (anchor != 0) anchors_[anchor] = made;
    place(made, at);
  }

  // Gives the node to the list or map that is open. `at` is where it was written, which for an
  // alias is not where the node stands.
  void place(const NodePtr& node, const Position& at) {
    if (open_.empty()) {
      root_ = node;
      return;
    }
    Frame& frame = open_.back();
    if (frame.node.kind == Node::Kind::map && !frame.wants_value) {
      take_key(frame, *node, at);
      return;
    }
    frame.node.size += node->size;
    frame.node.depth = std::max(frame.node.depth, node->depth + 1);
    if (frame.node.kind == Node::Kind::list) {
      frame.node.items.push_back(node);
      return;
    }
    frame.wants_value = false;
    if (!frame.keeps_value) return;
    frame.entry.value = node;
    frame.node.entries.push_back(std::move(frame.entry));
  }

  void take_key(Frame& frame, const Node& key, const Position& at) {
    frame.wants_value = true;
    frame.keeps_value = false;
    if (key.kind == Node::Kind::list || key.kind == Node::Kind::map) {
      problems_.add({at, "a key must be a name, not a list or a mapping", ""});
    } else if (key.kind == Node::Kind::null || key.text.empty()) {
      problems_.add({at, "a key must not be empty", ""});
    } else if (key.text == "<<") {
      problems_.add({at, "merge keys (<<) are not supported",
                     "write the fields out, or use a variant: it is merged over its base"});
    } else if (is_there(frame, key.text)) {
      problems_.add({at, fmt::format("duplicate key '{}'", key.text), first_use(frame, key.text)});
    } else {
      frame.keeps_value = true;
      frame.entry = Entry{.key = key.text, .at = at, .value = nullptr};
    }
  }

  // Builds the set of keys only for maps that are not small.
  static bool is_there(Frame& frame, const std::string& key) {
    const std::vector<Entry>& entries = frame.node.entries;
    if (entries.size() <= kSmallMap) return frame.node.find(key) != nullptr;
    if (frame.keys.empty()) {
      for (const Entry& entry : entries) frame.keys.insert(entry.key);
    }
    return !frame.keys.insert(key).second;
  }

  std::string first_use(const Frame& frame, const std::string& key) const {
    const Entry* first = frame.node.find(key);
    if (first == nullptr) return {};
    return fmt::format("it is there already, in line {}", source_.span(first->at.offset, 1).line);
  }

  const Source& source_;
  Problems& problems_;
  NodePtr root_;
  std::vector<Frame> open_;
  std::unordered_map<YAML::anchor_t, NodePtr> anchors_;
  std::uint64_t aliased_ = 0;
};

// Reports that a second document begins, and stops there.
class SecondDocument final : public YAML::EventHandler {
 public:
  explicit SecondDocument(const Source& source) : source_(source) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    const auto offset = static_cast<std::size_t>(std::max(mark.pos, 0));
    throw Refused{{position_of_token(source_, offset), "a second document in the file",
                   "one file holds one scenario: move it to a file of its own"}};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  const Source& source_;
};

NodePtr parse(const Source& source, Problems& problems, std::size_t from) {
  std::istringstream stream{std::string(from, ' ') + std::string(source.text().substr(from))};
  YAML::Parser parser(stream);
  TreeBuilder builder(source, problems);
  if (!parser.HandleNextDocument(builder) || !builder.root()) {
    return std::make_shared<const Node>(Node{.at = {&source, static_cast<std::uint32_t>(from), 1}});
  }
  try {
    SecondDocument second(source);
    parser.HandleNextDocument(second);
  } catch (Refused& refused) {
    problems.add(std::move(refused.problem));
  }
  return builder.root();
}

}  // namespace

NodePtr finished(Node node) {
  if (node.entries.size() > kSmallMap) {
    node.by_key.resize(node.entries.size());
    std::iota(node.by_key.begin(), node.by_key.end(), 0U);
    std::sort(node.by_key.begin(), node.by_key.end(), [&](std::uint32_t a, std::uint32_t b) {
      return node.entries[a].key < node.entries[b].key;
    });
  }
  return std::make_shared<const Node>(std::move(node));
}

const Entry* Node::find(std::string_view key) const {
  if (!by_key.empty()) {
    const auto first =
        std::lower_bound(by_key.begin(), by_key.end(), key,
                         [&](std::uint32_t i, std::string_view k) { return entries[i].key < k; });
    return first != by_key.end() && entries[*first].key == key ? &entries[*first] : nullptr;
  }
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

NodePtr parse_document(const Source& source, Problems& problems, std::size_t from) {
  if (auto problem = problem_of_text(source)) {
    problems.add(std::move(*problem));
    return nullptr;
  }
  try {
    return parse(source, problems, from);
  } catch (Refused& refused) {
    problems.add(std::move(refused.problem));
  } catch (const YAML::Exception& exception) {
    problems.add(problem_of_syntax(source, exception.mark.pos, exception.msg));
  }
  return nullptr;
}

}  // namespace chokepoint
