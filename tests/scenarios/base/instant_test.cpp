#include "scenarios/base/instant.h"

#include <gtest/gtest.h>

namespace chokepoint {
namespace {

TEST(Instant, IsReadInUtc) {
  const auto instant = parse_instant("2026-05-07T23:20:00Z");

  ASSERT_TRUE(instant);
  EXPECT_EQ(instant->time_since_epoch().count(), 1778196000);
}

TEST(Instant, IsWrittenAsItIsRead) {
  for (const char* text :
       {"2026-05-07T23:20:00Z", "1970-01-01T00:00:00Z", "0001-12-31T23:59:59Z"}) {
    EXPECT_EQ(format_instant(*parse_instant(text)), text);
  }
}

TEST(Instant, RefusesEveryOtherForm) {
  for (const char* text : {"", "2026-05-07", "2026-05-07 23:20:00Z", "2026-05-07T23:20:00",
                           "2026-05-07T23:20:00+02:00", "2026-05-07T23:20:00.5Z", "tomorrow"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(Instant, KnowsTheCalendar) {
  EXPECT_TRUE(parse_instant("2028-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_instant("2026-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_instant("2026-13-01T00:00:00Z"));
  EXPECT_FALSE(parse_instant("2026-01-01T24:00:00Z"));
}

}  // namespace
}  // namespace chokepoint
