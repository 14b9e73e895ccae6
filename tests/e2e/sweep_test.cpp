#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "chokepoint/v1/sweep.pb.h"
#include "tests/cli/temporary_folder.h"
#include "tests/e2e/process.h"

namespace chokepoint::e2e {
namespace {

using cli::testing::content_of;
using cli::testing::names_in;
using cli::testing::TemporaryFolder;
using cli::testing::write_text;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kScenario = R"(scenario: crash
horizon: 10min
places: {zone: {racks: 2}}
components: {web: {service: {replicas: 1, at: [zone], boot: 0s}}}
capabilities: {read: {needs: [web]}}
faults: {crash: {at: 1min, duration: 60s, crash: {component: web}}}
expect: {short: {measure: {name: outage, capability: read, at_most: 45s}, basis: predicted}}
variants: {two: {components: {web: {service: {replicas: 2}}}, faults: {crash: {crash: {members: 1}}}}}
)";

constexpr const char* kSweep = R"(sweep: crashes
scenario: crash.yaml
variants: [base, two]
draw:
  repair: {set: faults.crash.duration, range: 10s..80s}
  begin: {set: faults.crash.at, range: 1min..2min}
  boot: {set: components.web.service.boot, range: 0s..1s}
runs: 20
shard_runs: 8
)";

class SweepCommand : public ::testing::Test {
 protected:
  SweepCommand() {
    write_text(folder_ / "crash.yaml", kScenario);
    write_text(folder_ / "sweep.yaml", kSweep);
  }

  std::string file(const std::string& name) const { return folder_ / name; }

  Outcome run(const std::string& out, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"sweep", "run", file("sweep.yaml"), "--out", file(out)};
    words.insert(words.end(), more.begin(), more.end());
    return chokepoint(words);
  }

  Outcome report(const std::string& of, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"sweep", "report", file(of)};
    words.insert(words.end(), more.begin(), more.end());
    return chokepoint(words);
  }

  TemporaryFolder folder_;
};

TEST_F(SweepCommand, ShowsWhatManyRunsSay) {
  const Outcome outcome = run("out");
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("crashes: 2 points of 20 runs each, seeds 1 to 20\n"));
  EXPECT_THAT(outcome.out, HasSubstr("read-outage: outage of read\n"));
  EXPECT_THAT(outcome.out, HasSubstr("beside base"));
  EXPECT_THAT(outcome.out, HasSubstr("what decides it"));
  EXPECT_THAT(outcome.out, HasSubstr("Expectations that did not always hold\n  base  short"));
  EXPECT_THAT(names_in(file("out")),
              ElementsAre("shard-000000.pb", "shard-000001.pb", "shard-000002.pb",
                          "shard-000003.pb", "shard-000004.pb", "sweep.json"));
  EXPECT_EQ(report("out").out, outcome.out);
}

TEST_F(SweepCommand, GivesTheSameFilesShardByShardWithAnotherNumberOfWorkers) {
  ASSERT_EQ(run("whole", {"--workers", "1"}).exit, 0);
  for (const char* shard : {"4", "2", "0", "1", "3"}) {
    const Outcome outcome = run("parts", {"--shard", shard, "--workers", "3"});
    EXPECT_EQ(outcome.exit, 0);
    EXPECT_EQ(outcome.out, "");
  }
  for (const std::string& name : names_in(file("whole"))) {
    EXPECT_EQ(content_of(folder_ / "parts" / name), content_of(folder_ / "whole" / name)) << name;
  }
  EXPECT_EQ(report("parts").out, report("whole").out);
}

TEST_F(SweepCommand, GoesOnWhereItWasInterrupted) {
  write_text(folder_ / "sweep.yaml", std::string(kSweep) + "seed: 5\nset: [horizon=2d]\n");
  Running running(
      {.arguments = {"sweep", "run", file("sweep.yaml"), "--out", file("out"), "--workers", "1"}});
  const auto is_begun = [&] {
    return std::filesystem::exists(folder_ / "out" / "shard-000000.pb");
  };
  for (int i = 0; i < 2000 && !is_begun(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ASSERT_TRUE(is_begun());
  running.send(SIGKILL);
  running.wait();
  const auto stamp = std::filesystem::last_write_time(folder_ / "out" / "shard-000000.pb");
  const Outcome outcome = run("out");
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(std::filesystem::last_write_time(folder_ / "out" / "shard-000000.pb"), stamp)
      << "what is done is not done again";
  EXPECT_THAT(outcome.out, Not(HasSubstr("done so far")));
}

TEST_F(SweepCommand, SaysHowFarItIs) {
  ASSERT_EQ(run("out", {"--shard", "1"}).exit, 0);
  EXPECT_THAT(report("out").out, HasSubstr("8 of 40 runs are done so far"));
}

TEST_F(SweepCommand, RefusesTheFolderOfAnotherSweep) {
  ASSERT_EQ(run("out", {"--shard", "0"}).exit, 0);
  const std::string before = content_of(folder_ / "out" / "sweep.json");
  write_text(folder_ / "crash.yaml", std::string(kScenario) + "# changed\n");
  const Outcome outcome = run("out");
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("holds results of another sweep"));
  EXPECT_EQ(content_of(folder_ / "out" / "sweep.json"), before);
}

TEST_F(SweepCommand, RaisesAnAlarmWhenAShardComesOutDifferently) {
  ASSERT_EQ(run("out").exit, 0);
  EXPECT_EQ(run("out", {"--again"}).exit, 0) << "the same bytes";
  const std::filesystem::path path = folder_ / "out" / "shard-000002.pb";
  v1::SweepShard shard;
  ASSERT_TRUE(shard.ParseFromString(content_of(path)));
  shard.mutable_runs(3)->set_fingerprint("0");
  write_text(path, shard.SerializeAsString());
  const Outcome outcome = run("out", {"--again"});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("shard 2 came out differently"));
  EXPECT_TRUE(std::filesystem::exists(path.string() + ".differs"));
  EXPECT_EQ(content_of(path), shard.SerializeAsString()) << "what was there stays";
}

TEST_F(SweepCommand, SaysWhichFileIsDamaged) {
  ASSERT_EQ(run("out").exit, 0);
  const std::filesystem::path path = folder_ / "out" / "shard-000001.pb";
  write_text(path, content_of(path).substr(0, 100));
  const Outcome outcome = report("out");
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("shard-000001.pb is damaged"), HasSubstr("hint: ")));
  const std::filesystem::path about = folder_ / "out" / "sweep.json";
  std::string text = content_of(about);
  text.replace(text.find("10s..80s"), 8, "10s..90s");
  write_text(about, text);
  EXPECT_THAT(report("out").err, HasSubstr("sweep.json is damaged"));
  EXPECT_THAT(report("nowhere").err, HasSubstr("is no folder of a sweep"));
  EXPECT_EQ(report("nowhere").exit, 2);
}

TEST_F(SweepCommand, GivesALineForEachRunToOtherTools) {
  ASSERT_EQ(run("out").exit, 0);
  const std::string csv = report("out", {"--csv"}).out;
  EXPECT_THAT(csv, StartsWith("variant,seed,begin,boot,repair,capability.read.availability,"));
  EXPECT_THAT(csv,
              AllOf(HasSubstr("\nbase,1,"), HasSubstr("\ntwo,20,"), HasSubstr("expect.short")));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 41);
  v1::SweepReport read;
  ASSERT_TRUE(
      google::protobuf::util::JsonStringToMessage(report("out", {"--json"}).out, &read).ok());
  EXPECT_EQ(read.points_size(), 2);
  EXPECT_EQ(read.runs_done(), 40U);
}

TEST_F(SweepCommand, NamesRunsThatHaveNoResult) {
  write_text(folder_ / "sweep.yaml",
             "sweep: late\nscenario: crash.yaml\nruns: 10\n"
             "draw: {at: {set: faults.crash.at, one_of: [1min, 11min]}}\n");
  const Outcome outcome = run("out");
  EXPECT_EQ(outcome.exit, 3);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("of 10 runs have no result"),
                                 HasSubstr("injected at 11min, but the run ends at 10min"),
                                 HasSubstr("faults.crash.at=11min")));
}

TEST_F(SweepCommand, SaysBeforehandHowMuchThereIsToDo) {
  const Outcome outcome = chokepoint({"sweep", "plan", file("sweep.yaml")});
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.out, HasSubstr("2 points of 20 runs each: 40 runs in 5 shards\n"));
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("crash.yaml", "sweep.yaml"));
  EXPECT_EQ(run("out", {"--shard", "5"}).exit, 2);
}

TEST_F(SweepCommand, LeavesNothingHalfWrittenOnAFullDisk) {
  const Outcome outcome =
      chokepoint({.arguments = {"sweep", "run", file("sweep.yaml"), "--out", file("out")},
                  .wrapper = {"prlimit", "--fsize=600"}});
  EXPECT_EQ(outcome.exit, 3);
  EXPECT_THAT(outcome.err, HasSubstr("cannot write"));
  if (std::filesystem::exists(folder_ / "out")) {
    EXPECT_THAT(names_in(file("out")), ElementsAre());
  }
  EXPECT_EQ(run("out").exit, 0) << "and it can be done afterwards";
}

TEST_F(SweepCommand, ShippedOnesCanBeRun) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(source("scenarios/sweeps"))) {
    const Outcome outcome = chokepoint({"sweep", "plan", entry.path()});
    EXPECT_EQ(outcome.exit, 0) << entry.path() << outcome.err;
    ++count;
  }
  EXPECT_GE(count, 1);
}

}  // namespace
}  // namespace chokepoint::e2e
