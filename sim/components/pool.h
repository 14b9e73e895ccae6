#pragma once
// Providers that are asked side by side. See pool.proto.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/world/component.h"

namespace chokepoint::sim {

class Pool : public Component {
 public:
  Pool(World& world, const std::string& name, const v1::Component& spec);

  std::string lane_state() const override;
  bool is_in(v1::State state) const override;
  void react() override;
  std::vector<OwnMeasure> own_measures() const override;
  void stop_client(const std::string& client, double share, const std::string& fault) override;
  void start_client(const std::string& client, const std::string& fault) override;

  // Names of the providers; empty: all of them.
  using Names = std::vector<std::string>;
  void stop_providers(const Names& providers, const std::string& fault);
  void start_providers(const Names& providers, const std::string& fault);
  // They lie to this reader, to all if it is "".
  void corrupt(const Names& providers, const std::string& reader, const std::string& fault);
  void cure(const Names& providers, const std::string& reader, const std::string& fault);

  enum class Answer { none, truth, lie };
  // What a reader is told now; "": anybody to whom nobody lies in particular.
  Answer answer(const std::string& reader) const;

 protected:
  double own_level() const override { return answer("") == Answer::truth ? 1 : 0; }

 private:
  struct Provider {
    const v1::Provider* spec;
    std::set<std::string> stopped_by = {};
    std::map<std::string, std::string> lies_to = {};  // reader, by fault
  };
  bool answers(const Provider& provider) const;
  double answering() const;
  Names all_or(const Names& providers) const;

  const v1::Pool& pool_;
  std::map<std::string, Provider> providers_;
  double fewest_answering_;
};

}  // namespace chokepoint::sim
