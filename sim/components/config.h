#pragma once
// A configuration pushed to readers everywhere. See config.proto.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/world/component.h"

namespace chokepoint::sim {

class Config : public Component {
 public:
  Config(World& world, const std::string& name, const v1::Component& spec);

  void start() override;
  std::string lane_state() const override;
  std::vector<OwnMeasure> own_measures() const override;

  // From now on, replicas with a change write versions of so many entries; their share rises from
  // none to all over `rollout` seconds.
  void change(std::uint32_t entries, double rollout, const std::string& fault);
  void take_back_change();

  // Stops the generator and pushes the last version that all readers can work with. Blocks the
  // calling actor until the last reader has it.
  void publish_last_good();

 protected:
  double own_level() const override;
  double own_level_of(const std::string& part) const override;

 private:
  struct Reader {
    std::string name;
    const v1::Reader* spec;
  };
  // Readers that get a version at the same time: one share of each generation.
  struct Wave {
    double share = 0;
    double delay = 0;                      // of the way, 0..1, until it gets a version
    std::uint32_t entries = 0;             // of the version it has
    std::uint32_t push = 0;                // and the number of its push
    std::vector<double> serves_from = {};  // by generation; never: it has crashed
  };
  struct Change {
    std::uint32_t entries = 0;
    double rollout = 0;
    double since = 0;
    std::string fault = {};
  };

  bool fits(const v1::Reader& reader, std::uint32_t entries) const;
  bool fits_all(std::uint32_t entries) const;
  double serving(std::size_t reader) const;  // share of its requests
  double defaulted() const;                  // share of the requests with a default answer
  void generate();
  std::uint32_t write_version();
  void publish(std::uint32_t entries);
  double push(std::size_t first, std::size_t last, std::uint32_t entries);
  void receive(Wave& wave, std::uint32_t entries, std::uint32_t number);
  void count_defaults();

  const v1::Config& config_;
  std::vector<Reader> readers_;
  std::vector<Wave> waves_;  // the canary first, if there is one
  Stream replicas_;
  std::optional<Change> change_;
  std::uint32_t published_ = 0;  // entries of the last version that went out
  std::uint32_t last_good_ = 0;
  std::uint32_t pushes_ = 0;
  double oversized_ = 0;  // versions that went out and that some reader cannot work with
  double refused_ = 0;
  bool is_stopped_ = false;
  double default_since_ = 0;
  double default_time_ = 0;  // share times seconds
};

}  // namespace chokepoint::sim
