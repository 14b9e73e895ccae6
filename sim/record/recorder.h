#pragma once
// Writes down what happens, when it happens. Everything that reaches the record of a run goes
// through here or through measures.h and expectations.h.

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "chokepoint/v1/record.pb.h"
#include "sim/platform/kernel.h"

namespace chokepoint::sim {

class Recorder {
 public:
  explicit Recorder(const Kernel& kernel) : kernel_(kernel) {}

  // A primitive fault took effect or was taken back. `value`: see Primitive in record.proto.
  void inject(v1::Primitive primitive, const std::string& target, const std::string& fault,
              double value, const std::string& peer = "");

  void event(v1::EventKind kind, const std::string& subject, const std::string& text,
             const std::string& cause);

  // Something is in a state from now on; nothing is written while the state stays the same. True if
  // it is a new one.
  bool state(const std::string& scope, const std::string& subject, const std::string& state,
             const std::string& cause);

  // It is in no state any more.
  void end(const std::string& scope, const std::string& subject);

  // One more value of a sampled column.
  void column(const std::string& scope, const std::string& subject, const std::string& metric,
              double value);

  // Ends all intervals. Nothing may be written afterwards.
  void close();

  const v1::RunRecord& record() const { return record_; }
  v1::RunRecord& record() { return record_; }
  // Hash of all injections and events so far, 16 hex digits.
  std::string fingerprint() const;

 private:
  using Key = std::pair<std::string, std::string>;
  void mix(double number);
  void mix(const std::string& text);

  const Kernel& kernel_;
  v1::RunRecord record_;
  std::map<Key, int> open_;  // index of the last interval of (scope, subject)
  std::map<std::pair<Key, std::string>, int> columns_;
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

}  // namespace chokepoint::sim
