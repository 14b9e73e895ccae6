#include "sim/search/search.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <bitset>
#include <set>

#include "sim/random/stream.h"
#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using Names = std::set<std::string>;

std::vector<Names> found(const v1::SearchReport& report, const std::string& capability) {
  std::vector<Names> sets;
  for (const v1::CapabilityCuts& cuts : report.capabilities()) {
    if (cuts.capability() != capability) continue;
    for (const v1::CutSet& set : cuts.sets()) {
      Names& names = sets.emplace_back();
      for (const v1::Suspect& one : set.suspects()) names.insert(one.name());
    }
  }
  return sets;
}

v1::SearchReport searched(const std::string& text, SearchOptions options) {
  options.workers = 2;
  Result<v1::SearchReport> report = search(load(text), options);
  EXPECT_TRUE(report) << report.error().message;
  return *std::move(report);
}

// Services that are down when all of their places are, and quorums that are when most members are.
struct Design {
  struct Part {
    bool is_quorum;
    std::vector<int> at;
    int members;
  };
  int places = 0;
  std::vector<Part> parts;

  std::string text() const {
    std::string text = "scenario: drawn\nhorizon: 20min\nplaces: {";
    for (int i = 0; i < places; ++i) text += fmt::format("p{}: {{}}, ", i);
    text += "}\ncomponents:\n";
    std::string needs;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Part& part = parts[i];
      std::vector<std::string> at;
      for (const int place : part.at) at.push_back(fmt::format("p{}", place));
      text += fmt::format(
          "  c{}: {{{}: {{{}: {}, at: [{}]}}}}\n", i, part.is_quorum ? "quorum" : "service",
          part.is_quorum ? "members" : "replicas", part.members, fmt::join(at, ", "));
      needs += fmt::format("c{}, ", i);
    }
    return text + "capabilities: {work: {needs: [" + needs + "]}}\n";
  }

  bool is_down(const std::bitset<8>& lost) const {
    return std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
      int left = 0;
      for (int i = 0; i < part.members; ++i) {
        left +=
            lost[static_cast<std::size_t>(part.at[static_cast<std::size_t>(i) % part.at.size()])]
                ? 0
                : 1;
      }
      return part.is_quorum ? 2 * left <= part.members : left == 0;
    });
  }

  // By trying every set.
  std::vector<Names> minimal_cuts(std::size_t most) const {
    std::vector<std::bitset<8>> cuts;
    for (std::size_t size = 1; size <= most; ++size) {
      for (unsigned set = 0; set < 1U << static_cast<unsigned>(places); ++set) {
        const std::bitset<8> lost(set);
        const bool holds_one = std::any_of(cuts.begin(), cuts.end(),
                                           [&](const auto& cut) { return (cut & lost) == cut; });
        if (lost.count() == size && !holds_one && is_down(lost)) cuts.push_back(lost);
      }
    }
    std::vector<Names> names;
    for (const std::bitset<8>& cut : cuts) {
      Names& one = names.emplace_back();
      for (std::size_t i = 0; i < 8; ++i) {
        if (cut[i]) one.insert(fmt::format("p{}", i));
      }
    }
    return names;
  }

  std::vector<std::string> components() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < parts.size(); ++i) names.push_back(fmt::format("c{}", i));
    return names;
  }
};

Design drawn(std::uint64_t seed) {
  Stream stream(seed, 0, "search", "design");
  Design design{.places = 5, .parts = {}};
  for (std::uint64_t i = 0, count = 1 + stream.below(3); i < count; ++i) {
    std::vector<int> places = {0, 1, 2, 3, 4};
    for (std::size_t last = places.size(); last-- > 1;) {
      std::swap(places[last], places[stream.below(last + 1)]);
    }
    places.resize(1 + stream.below(4));
    std::sort(places.begin(), places.end());
    const bool is_quorum = stream.below(2) == 0;
    const auto members =
        is_quorum ? 3 + 2 * static_cast<int>(stream.below(2)) : static_cast<int>(places.size());
    design.parts.push_back({is_quorum, places, members});
  }
  return design;
}

TEST(FailureSearch, FindsWhatTryingEverySetFinds) {
  std::size_t sets = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Design design = drawn(seed);
    const auto cuts = design.minimal_cuts(3);
    const v1::SearchReport report =
        searched(design.text(), {.without = design.components(), .most = 3, .seeds = 1});
    EXPECT_THAT(found(report, "work"), ::testing::UnorderedElementsAreArray(cuts)) << design.text();
    sets += cuts.size();
  }
  EXPECT_GT(sets, 80U);
}

TEST(FailureSearch, FindsTheCutSetsOfPublishedFaultTrees) {
  // SmallTree of the SCRAM test suite: (e1 and e2) or (e3 and e4); and two of three.
  const v1::SearchReport report =
      searched(R"(scenario: trees
horizon: 20min
places: {e1: {}, e2: {}, e3: {}, e4: {}}
components:
  one: {service: {replicas: 2, at: [e1, e2]}}
  other: {service: {replicas: 2, at: [e3, e4]}}
  three: {quorum: {members: 3, at: [e1, e2, e3]}}
capabilities: {small-tree: {needs: [one, other]}, two-of-three: {needs: [three]}}
)",
               {.without = {"one", "other", "three"}, .most = 4, .seeds = 1});
  EXPECT_THAT(found(report, "small-tree"),
              UnorderedElementsAre(Names{"e1", "e2"}, Names{"e3", "e4"}));
  EXPECT_THAT(found(report, "two-of-three"),
              UnorderedElementsAre(Names{"e1", "e2"}, Names{"e1", "e3"}, Names{"e2", "e3"}));
  EXPECT_EQ(report.searched_size(), 4U);
}

constexpr const char* kHidden = R"(scenario: hidden
horizon: 1h
places: {a: {}, b: {}, c: {}}
components:
  web: {service: {replicas: 3, at: [a, b, c]}}
  log: {log: {brokers: 6, partitions: 12, replication: 2, at: [a, b], control_plane: {election: 5s}}}
capabilities: {read: {needs: [web]}, pay: {needs: [web, {component: log, at_least: 100%}]}}
faults:
  wedge: {when: {component: log, below: 100%}, control_plane_stall: {component: log}}
)";

TEST(FailureSearch, FindsAPlaceThatALatentDefectMakesAChokepoint) {
  const SearchOptions options{.without = {"web", "log"}, .seeds = 1};
  EXPECT_THAT(found(searched(kHidden, options), "pay"),
              UnorderedElementsAre(Names{"a"}, Names{"b"}));
  std::string healthy = kHidden;
  healthy.erase(healthy.find("faults:"));
  const auto sets = found(searched(healthy, options), "pay");
  EXPECT_THAT(sets, ::testing::Not(::testing::Contains(Names{"a"}))) << "the log heals itself";
  EXPECT_THAT(sets, ::testing::Contains(Names{"a", "b"}));
}

TEST(FailureSearch, GivesTheSameWithAnyNumberOfWorkers) {
  SearchOptions options{.seeds = 2};
  options.workers = 1;
  const auto one = search(load(kHidden), options);
  options.workers = 4;
  const auto four = search(load(kHidden), options);
  ASSERT_TRUE(one && four);
  EXPECT_EQ(one->SerializeAsString(), four->SerializeAsString());
}

TEST(FailureSearch, LetsShortOutagesPass) {
  const std::string text = R"(scenario: short
horizon: 1h
places: {a: {}}
components: {web: {service: {replicas: 1, at: [a], boot: 0s}}}
capabilities: {read: {needs: [web]}}
faults: {blip: {at: 5min, duration: 90s, crash: {component: web}}}
)";
  const SearchOptions options{.without = {"a", "web"}, .seeds = 1};
  EXPECT_THAT(found(searched(text, options), "read"), UnorderedElementsAre(Names{"blip"}));
  SearchOptions patient = options;
  patient.let_pass = 90;
  EXPECT_THAT(found(searched(text, patient), "read"), UnorderedElementsAre());
}

TEST(FailureSearch, LeavesOutASizeThatWouldTakeTooLong) {
  const v1::SearchReport report = searched(kHidden, {.most = 3, .seeds = 1, .most_runs = 8});
  EXPECT_EQ(report.searched_size(), 1U);
  EXPECT_GT(report.runs_left_out(), 0U);
  EXPECT_LE(report.runs(), 8U);
}

TEST(FailureSearch, SaysWhatItCannotDo) {
  const auto error = [](const std::string& text, const SearchOptions& options) {
    const auto report = search(load(text), options);
    return report ? "" : report.error().message + ", " + report.error().hint;
  };
  EXPECT_THAT(error(kHidden, {.capabilities = {"reed"}}), HasSubstr("did you mean 'read'?"));
  EXPECT_THAT(error(kHidden, {.without = {"webb"}}), HasSubstr("did you mean 'web'?"));
  EXPECT_THAT(error("scenario: empty\nhorizon: 1h\nplaces: {a: {}}\n"
                    "components: {web: {service: {replicas: 1, at: [a]}}}\n",
                    {}),
              HasSubstr("has no capabilities"));
  std::string broken = kHidden;
  broken += "  always: {when: {component: web, is: up}, crash: {component: web}}\n";
  EXPECT_THAT(error(broken, {.seeds = 1}), HasSubstr("although nothing fails"));
}

}  // namespace
}  // namespace chokepoint::sim
