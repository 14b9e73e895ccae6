#include "agents/system/network.h"

#include <gtest/gtest.h>

namespace chokepoint::agents {
namespace {

TEST(Network, IsReadAndWrittenWithTheBitsBehindThePrefixCleared) {
  EXPECT_EQ(parse_network("10.77.3.1/16")->text(), "10.77.0.0/16");
  EXPECT_EQ(parse_network("10.77.3.1")->text(), "10.77.3.1/32");
  EXPECT_EQ(parse_network("fd77:1::5/48")->text(), "fd77:1::/48");
}

TEST(Network, ContainsNarrowerOnesOfItsFamily) {
  const Network wide = *parse_network("10.77.0.0/16");

  EXPECT_TRUE(wide.contains(*parse_network("10.77.3.0/24")));
  EXPECT_TRUE(wide.contains(wide));
  EXPECT_FALSE(wide.contains(*parse_network("10.78.0.0/24")));
  EXPECT_FALSE(wide.contains(*parse_network("10.0.0.0/8")));
  EXPECT_FALSE(wide.contains(*parse_network("::/0")));
}

TEST(Network, NamesAHostInIt) {
  EXPECT_EQ(parse_network("10.77.0.0/16")->some_host(), "10.77.0.1");
  EXPECT_EQ(parse_network("10.77.3.9")->some_host(), "10.77.3.9");
}

TEST(Network, RefusesWhatIsNone) {
  for (const char* const text :
       {"", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "::/129", "host"}) {
    EXPECT_FALSE(parse_network(text)) << text;
  }
}

}  // namespace
}  // namespace chokepoint::agents
