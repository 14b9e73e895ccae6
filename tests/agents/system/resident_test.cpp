#include "agents/system/resident.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace chokepoint::agents {
namespace {

std::string entry(const std::string& rights, const std::string& path,
                  const std::string& anonymous) {
  return "7f10c0000000-7f10c0003000 " + rights + " 00001000 fe:00 1234   " + path +
         "\nSize:                 12 kB\nRss:                  12 kB\nAnonymous:            " +
         anonymous + " kB\nLazyFree:              0 kB\nVmFlags: rd ex mr mw me\n";
}

TEST(Resident, IsAsOnDiskWhatCannotBeWrittenAndHoldsNoPageOfItsOwn) {
  EXPECT_TRUE(is_as_on_disk(entry("r-xp", "/usr/lib/libssl.so.3", "0")));
  EXPECT_TRUE(is_as_on_disk(entry("r--p", "/usr/lib/libssl.so.3", "0")));
}

TEST(Resident, IsNotAsOnDiskWhatTheLoaderFilledInOrAnybodyMayWrite) {
  EXPECT_FALSE(is_as_on_disk(entry("r--p", "/usr/lib/libssl.so.3", "40")));
  EXPECT_FALSE(is_as_on_disk(entry("rw-p", "/usr/lib/libssl.so.3", "0")));
  EXPECT_FALSE(is_as_on_disk(entry("r--s", "/usr/lib/libssl.so.3", "0")));
}

TEST(Resident, IsNotAsOnDiskWhatIsOfNoFile) {
  EXPECT_FALSE(is_as_on_disk(entry("r-xp", "[vdso]", "0")));
  EXPECT_FALSE(is_as_on_disk(entry("r-xp", "", "0")));
  EXPECT_FALSE(is_as_on_disk("7f10c0000000-7f10c0003000 r-xp 00001000 fe:00 1234   /usr/lib/x\n"));
  EXPECT_FALSE(is_as_on_disk(""));
}

long kilobytes_of_files() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssFile:")) return std::stol(line.substr(8));
  }
  return -1;
}

TEST(Resident, BecomesLessAndEverythingGoesOn) {
  const long before = kilobytes_of_files();
  EXPECT_GT(give_back_start_up_pages(), 1'000'000U);
  EXPECT_LT(kilobytes_of_files(), before);
  EXPECT_EQ(std::stoi("42"), 42);
  EXPECT_THROW((void)std::stoi("none"), std::invalid_argument);  // tables of the unwinder, too
}

}  // namespace
}  // namespace chokepoint::agents
