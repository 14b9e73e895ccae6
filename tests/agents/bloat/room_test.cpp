#include "agents/bloat/room.h"

#include <gtest/gtest.h>

#include <limits>

namespace chokepoint::agents {
namespace {

constexpr double kAny = std::numeric_limits<double>::infinity();

std::string grown(const std::string& original, const std::string& format, std::uint64_t entries,
                  const std::string& line = "", const std::string& under = "",
                  bool is_nested = false) {
  v1::ConfigBloat fault;
  fault.set_format(format);
  fault.set_line(line);
  fault.set_under(under);
  fault.set_nested(is_nested);
  const Result<Room> room = room_in(original, fault);
  return room ? room->filled(entries, kAny) : "error: " + room.error().message;
}

TEST(Room, IsBehindTheLastLine) {
  EXPECT_EQ(grown("a\nb", "lines", 2), "a\nb\nchokepoint-0\nchokepoint-1\n");
  EXPECT_EQ(grown("", "haproxy-map", 1, "key-{n} x"), "key-0 x\n");
}

TEST(Room, IsInsideTheBracesOfAnNginxMap) {
  EXPECT_EQ(grown("map $a $b {\n    x 1;\n}\n", "nginx-map", 1),
            "map $a $b {\n    x 1;\n    chokepoint-0 0;\n}\n");
  EXPECT_EQ(grown("x 1;\n", "nginx-map", 1), "x 1;\nchokepoint-0 0;\n");
}

TEST(Room, HasRowsLikeTheFirst) {
  EXPECT_EQ(grown("a,\"b,c\",d\n", "csv", 1),
            "a,\"b,c\",d\nchokepoint-0,chokepoint-0,chokepoint-0\n");
  EXPECT_EQ(grown("a;b\n", "csv", 1), "a;b\nchokepoint-0;chokepoint-0\n");
}

TEST(Room, IsInTheLastSectionOrTheOneNamed) {
  const std::string text = "[one]\na = 1\n[two]\nb = 2\n";
  EXPECT_EQ(grown(text, "ini", 1), text + "chokepoint-0 = 0\n");
  EXPECT_EQ(grown(text, "ini", 1, "", "one"), "[one]\na = 1\nchokepoint-0 = 0\n[two]\nb = 2\n");
  EXPECT_EQ(grown(text, "ini", 1, "", "three"), "error: the file has no section [three]");
}

TEST(Room, IsInAMappingOrAListOfJson) {
  EXPECT_EQ(grown(R"({"a": 1})", "json", 2),
            "{\n  \"a\": 1,\n  \"chokepoint-0\": 0,\n\"chokepoint-1\": 0\n}");
  EXPECT_EQ(grown(R"({"a": {"b": [1]}})", "json", 1, "", "a.b"),
            "{\n  \"a\": {\n    \"b\": [\n      1,\n      \"chokepoint-0\"\n    ]\n  }\n}");
  EXPECT_TRUE(grown("{", "json", 1).starts_with("error"));
  EXPECT_TRUE(grown("7", "json", 1).starts_with("error"));
  EXPECT_TRUE(grown("{}", "json", 1, "no entry").starts_with("error"));
  EXPECT_TRUE(grown("{}", "json", 1, "", "nowhere").starts_with("error"));
}

TEST(Room, IsInAMappingOrAListOfYaml) {
  EXPECT_EQ(grown("a: 1\nb:\n  - x\n", "yaml", 2),
            "a: 1\nb:\n  - x\nchokepoint-0: 0\nchokepoint-1: 0\n");
  EXPECT_EQ(grown("a: 1\nb:\n  - x\n", "yaml", 2, "", "b"),
            "a: 1\nb:\n  - x\n  - chokepoint-0\n  - chokepoint-1\n");
  EXPECT_EQ(grown("a: {c: 1}\n", "yaml", 2, "", "a"),
            "a: {c: 1, chokepoint-0: 0, chokepoint-1: 0}\n");
  EXPECT_TRUE(grown("a: [", "yaml", 1).starts_with("error"));
}

TEST(Room, HoldsEntriesThatStandInEachOther) {
  EXPECT_EQ(grown(R"({"a": 1})", "json", 2, "", "", true),
            "{\n  \"a\": 1,\n  \"chokepoint\": {\"d\": {\"d\": 0}}\n}");
  EXPECT_EQ(grown("a: 1\n", "yaml", 2, "", "", true),
            "a: 1\n\"chokepoint\": {\"d\": {\"d\": 0}}\n");
  EXPECT_TRUE(grown("a", "lines", 2, "", "", true).starts_with("error"));
}

TEST(Room, KnowsHowManyEntriesMakeASize) {
  v1::ConfigBloat fault;
  fault.set_format("lines");
  const Result<Room> room = room_in("a\n", fault);
  for (const double bytes : {10.0, 100.0, 1'000.0, 54'321.0, 1'000'000.0}) {
    const std::uint64_t entries = room->entries_for(bytes);
    EXPECT_GE(static_cast<double>(room->filled(entries, kAny).size()), bytes);
    if (entries > 1) {
      EXPECT_LT(static_cast<double>(room->filled(entries - 1, kAny).size()), bytes + 40);
    }
  }
}

}  // namespace
}  // namespace chokepoint::agents
