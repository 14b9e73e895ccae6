#pragma once
// Voting members with one leader. See Quorum in component.proto.

#include <optional>

#include "sim/world/component.h"

namespace chokepoint::sim {

// When a decision is written down by `votes` of the members: the leader at once, each follower
// after the way there and back, every one after its own write. `delays` are the one-way delays from
// the leader, 0 for itself. The time is the votes-th smallest (an order statistic), seconds.
double draw_commit_time(Stream& stream, const v1::DrawnDuration& member_write,
                        const std::vector<double>& delays, std::size_t votes);

class Quorum : public Component {
 public:
  Quorum(World& world, const std::string& name, const v1::Component& spec);

  void start() override;
  traffic::Station station() const override;
  StationState station_state() const override;
  std::string lane_state() const override;
  std::vector<OwnMeasure> own_measures() const override;

  std::optional<std::size_t> leader() const { return leader_; }
  std::size_t votes() const;

  // New members for at most `limit` of those that are off, each with a snapshot copied over the
  // network. Blocks the calling actor until they can vote.
  void rebuild(std::size_t limit, const std::vector<std::string>& at);

 protected:
  double own_level() const override;
  bool members_work() const override { return leader_.has_value(); }
  // Followers pass requests on to the leader.
  bool is_asked(std::size_t index) const override { return leader_ == index && is_serving(index); }
  double own_answer_time() const override { return commit_time_; }  // a read of what is committed
  void react() override;
  bool members_rejoin() const override { return quorum_.rejoins(); }
  const v1::DrawnDuration& boot_law() const override { return quorum_.boot(); }

 private:
  bool can_lead(std::size_t index) const;
  bool hears(std::size_t one, std::size_t other) const;
  std::vector<std::size_t> candidates() const;
  std::vector<std::size_t> first_candidates() const;
  std::optional<std::size_t> draw_leader(const std::vector<std::size_t>& among);
  bool note_cuts();
  void lose_leader(std::string_view why);
  void hold_elections();
  void hold_round(double silent_from);
  std::vector<std::pair<double, std::size_t>> draw_timers();
  bool gets_votes(std::size_t index);
  void elect(std::size_t index);
  double added_delay(std::size_t one, std::size_t other) const;  // one way, seconds
  std::vector<double> delays_from(std::size_t leader) const;
  double vote_round_trip(std::size_t index) const;
  bool has_lost_touch(const std::vector<double>& before) const;
  void note_delays();
  void disturb_later();
  void rebuild_one(std::size_t index, const std::string& place);
  double mean_commit_time(std::size_t leader, Stream& draws) const;

  const v1::Quorum& quorum_;
  Stream leaders_;
  std::optional<std::size_t> leader_;
  std::uint32_t elections_ = 0;
  double commit_time_ = 0;
  std::vector<double> delays_;  // that faults add, from the leader to each member, as last noted
  std::vector<double> cut_off_since_;  // by member; infinity: it is not
  double heard_until_ = 0;   // when the last comes in of the lost leader, or of who stood in vain
  std::uint32_t noted_ = 0;  // counts leaders and changes of `delays_`
};

}  // namespace chokepoint::sim
