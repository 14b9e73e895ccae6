#include "scenarios/base/quantity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>

namespace chokepoint {
namespace {

using ::testing::HasSubstr;

double value_of(std::string_view text, v1::Unit unit) {
  const Result<Number> number = parse_quantity(text, unit);
  EXPECT_TRUE(number) << text << ": " << (number ? "" : number.error().message);
  return number ? number->value : -1;
}

// Message and hint in one, for tests that look for words in either.
std::string refusal_of(std::string_view text, v1::Unit unit) {
  const Result<Number> number = parse_quantity(text, unit);
  EXPECT_FALSE(number) << text;
  return number ? "" : number.error().message + " | " + number.error().hint;
}

TEST(Quantity, ReadsDurations) {
  EXPECT_EQ(value_of("250us", v1::UNIT_DURATION), 0.00025);
  EXPECT_EQ(value_of("250ms", v1::UNIT_DURATION), 0.25);
  EXPECT_EQ(value_of("30s", v1::UNIT_DURATION), 30);
  EXPECT_EQ(value_of("28min", v1::UNIT_DURATION), 1680);
  EXPECT_EQ(value_of("1.5h", v1::UNIT_DURATION), 5400);
  EXPECT_EQ(value_of("2d", v1::UNIT_DURATION), 172800);
}

TEST(Quantity, ReadsDurationsOfSeveralParts) {
  EXPECT_EQ(value_of("5h51m", v1::UNIT_DURATION), 21060);
  EXPECT_EQ(value_of("1h30m", v1::UNIT_DURATION), 5400);
  EXPECT_EQ(value_of("1h30min", v1::UNIT_DURATION), 5400);
  EXPECT_EQ(value_of("1m23.5s", v1::UNIT_DURATION), 83.5);
}

TEST(Quantity, RefusesPartsThatDoNotGetSmaller) {
  EXPECT_THAT(refusal_of("5m2h", v1::UNIT_DURATION), HasSubstr("units must get smaller"));
  EXPECT_THAT(refusal_of("1h2h", v1::UNIT_DURATION), HasSubstr("units must get smaller"));
}

TEST(Quantity, RefusesAFractionBeforeTheLastPart) {
  EXPECT_THAT(refusal_of("1.5h30m", v1::UNIT_DURATION), HasSubstr("not a duration"));
}

TEST(Quantity, RefusesAPartWithoutUnit) {
  EXPECT_THAT(refusal_of("5h30", v1::UNIT_DURATION), HasSubstr("not a duration"));
}

TEST(Quantity, ReadsSharesExactly) {
  EXPECT_EQ(value_of("70%", v1::UNIT_RATIO), 0.7);
  EXPECT_EQ(value_of("1.6x", v1::UNIT_RATIO), 1.6);
}

TEST(Quantity, ReadsRatesPerAnyTime) {
  EXPECT_EQ(value_of("1200/s", v1::UNIT_RATE), 1200);
  EXPECT_EQ(value_of("90/min", v1::UNIT_RATE), 1.5);
  EXPECT_EQ(value_of("36/h", v1::UNIT_RATE), 0.01);
}

TEST(Quantity, ReadsSizesInPowersOfTenAndOfTwo) {
  EXPECT_EQ(value_of("64kB", v1::UNIT_BYTES), 64e3);
  EXPECT_EQ(value_of("2GiB", v1::UNIT_BYTES), 2147483648.0);
  EXPECT_EQ(value_of("8TB", v1::UNIT_BYTES), 8e12);
}

TEST(Quantity, ReadsBandwidthInBitsAndInBytes) {
  EXPECT_EQ(value_of("350MB/s", v1::UNIT_BANDWIDTH), 350e6);
  EXPECT_EQ(value_of("10Gbit/s", v1::UNIT_BANDWIDTH), 1.25e9);
}

TEST(Quantity, ReadsTemperaturesBelowZero) {
  EXPECT_EQ(value_of("40degC", v1::UNIT_TEMPERATURE), 40);
  EXPECT_EQ(value_of("-5degC", v1::UNIT_TEMPERATURE), -5);
  EXPECT_EQ(value_of("0.6degC/min", v1::UNIT_TEMPERATURE_RATE), 0.01);
}

TEST(Quantity, ReadsMoneyWithItsSignInFrontOrBehind) {
  EXPECT_EQ(value_of("290USD", v1::UNIT_MONEY), 290);
  EXPECT_EQ(value_of("$290", v1::UNIT_MONEY), 290);
  EXPECT_EQ(value_of("7bnUSD", v1::UNIT_MONEY), 7e9);
  EXPECT_EQ(value_of("$7bn", v1::UNIT_MONEY), 7e9);
}

TEST(Quantity, KeepsTheUnitThatWasWrittenWhenAnyWillDo) {
  EXPECT_EQ(parse_quantity("99.9%", v1::UNIT_ANY)->unit, v1::UNIT_RATIO);
  EXPECT_EQ(parse_quantity("5h51m", v1::UNIT_ANY)->unit, v1::UNIT_DURATION);
  EXPECT_EQ(parse_quantity("3", v1::UNIT_ANY)->unit, v1::UNIT_NONE);
}

TEST(Quantity, RefusesABareNumberAndShowsAnExample) {
  EXPECT_EQ(refusal_of("5", v1::UNIT_DURATION),
            "'5' has no unit: a duration needs one | for example 30s");
  EXPECT_EQ(refusal_of("0.7", v1::UNIT_RATIO),
            "'0.7' has no unit: a share needs one | for example 70%");
}

TEST(Quantity, NamesBothReadingsOfAnAmbiguousUnit) {
  EXPECT_EQ(refusal_of("2Gb", v1::UNIT_BYTES),
            "'2Gb' is ambiguous: bits or bytes? | write 2GB for bytes, 0.25GB for bits");
  EXPECT_EQ(refusal_of("10Gb/s", v1::UNIT_BANDWIDTH),
            "'10Gb/s' is ambiguous: bits or bytes? | write 10GB/s for bytes, 10Gbit/s for bits");
  EXPECT_EQ(refusal_of("100Mbps", v1::UNIT_BANDWIDTH),
            "'100Mbps' is ambiguous: bits or bytes? | write 100MB/s for bytes, 100Mbit/s for bits");
  EXPECT_EQ(refusal_of("64KB", v1::UNIT_BYTES),
            "'64KB' is ambiguous: 1000 or 1024 bytes? | write 64kB or 64KiB");
}

TEST(Quantity, SaysWhatAQuantityOfAnotherKindIs) {
  EXPECT_EQ(refusal_of("5MB", v1::UNIT_DURATION),
            "'5MB' is a size in bytes, not a duration | for example 30s");
}

TEST(Quantity, OffersTheNearestUnit) {
  EXPECT_THAT(refusal_of("5mins", v1::UNIT_DURATION), HasSubstr("did you mean 'min'?"));
  EXPECT_THAT(refusal_of("40degF", v1::UNIT_TEMPERATURE), HasSubstr("did you mean 'degC'?"));
}

TEST(Quantity, RefusesWhatIsNoFiniteNumber) {
  for (const char* text : {"", "inf", "nan", "infs", "-inf", "abc", "+5s", "0x10", "-", ".", "5e",
                           "1e999s", "--5s", "5s ", " 5s", "5 s", "1,200s", "1_200s"}) {
    EXPECT_FALSE(parse_quantity(text, v1::UNIT_DURATION)) << text;
  }
}

TEST(Quantity, RefusesNegativeValuesOfWhatCannotBeNegative) {
  EXPECT_THAT(refusal_of("-5s", v1::UNIT_DURATION), HasSubstr("is negative"));
  EXPECT_THAT(refusal_of("-5%", v1::UNIT_RATIO), HasSubstr("is negative"));
  EXPECT_THAT(refusal_of("-$5", v1::UNIT_MONEY), HasSubstr("not an amount"));
}

TEST(Quantity, ReadsAPointAsDecimalSeparatorInEveryLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) std::setlocale(LC_ALL, "C.UTF-8");

  EXPECT_EQ(value_of("1.5s", v1::UNIT_DURATION), 1.5);
  EXPECT_EQ(format_quantity(1.5, v1::UNIT_DURATION), "1.5s");

  std::setlocale(LC_ALL, before.c_str());
}

TEST(FormatQuantity, WritesDurationsAsPeopleDo) {
  EXPECT_EQ(format_quantity(0, v1::UNIT_DURATION), "0s");
  EXPECT_EQ(format_quantity(0.0002, v1::UNIT_DURATION), "200us");
  EXPECT_EQ(format_quantity(0.25, v1::UNIT_DURATION), "250ms");
  EXPECT_EQ(format_quantity(1680, v1::UNIT_DURATION), "28min");
  EXPECT_EQ(format_quantity(21060, v1::UNIT_DURATION), "5h51m");
  EXPECT_EQ(format_quantity(79200, v1::UNIT_DURATION), "22h");
  EXPECT_EQ(format_quantity(93600, v1::UNIT_DURATION), "26h");
  EXPECT_EQ(format_quantity(172800, v1::UNIT_DURATION), "2d");
  EXPECT_EQ(format_quantity(83.25, v1::UNIT_DURATION), "1m23.25s");
}

TEST(FormatQuantity, KeepsDurationsExactToTheMillisecond) {
  EXPECT_EQ(format_quantity(0.9999, v1::UNIT_DURATION), "1s");
  EXPECT_EQ(format_quantity(86399.999, v1::UNIT_DURATION), "23h59m59.999s");
}

TEST(FormatQuantity, RoundsEverythingElseToFourDigits) {
  EXPECT_EQ(format_quantity(0.7, v1::UNIT_RATIO), "70%");
  EXPECT_EQ(format_quantity(1.6, v1::UNIT_RATIO), "1.6x");
  EXPECT_EQ(format_quantity(1200, v1::UNIT_RATE), "1200/s");
  EXPECT_EQ(format_quantity(1.0 / 3, v1::UNIT_RATE), "20/min");
  EXPECT_EQ(format_quantity(8e12, v1::UNIT_BYTES), "8TB");
  EXPECT_EQ(format_quantity(350e6, v1::UNIT_BANDWIDTH), "350MB/s");
  EXPECT_EQ(format_quantity(40, v1::UNIT_TEMPERATURE), "40degC");
  EXPECT_EQ(format_quantity(0.01, v1::UNIT_TEMPERATURE_RATE), "0.6degC/min");
  EXPECT_EQ(format_quantity(7e9, v1::UNIT_MONEY), "7bnUSD");
  EXPECT_EQ(format_quantity(123456, v1::UNIT_NONE), "123500");
}

TEST(FormatQuantity, DoesNotShowAlmostAllAsAll) {
  EXPECT_EQ(format_quantity(1, v1::UNIT_RATIO), "100%");
  EXPECT_EQ(format_quantity(0.99996, v1::UNIT_RATIO), "99.996%");
}

TEST(FormatQuantity, WritesWhatParseQuantityReads) {
  for (const v1::Unit unit :
       {v1::UNIT_NONE, v1::UNIT_DURATION, v1::UNIT_RATE, v1::UNIT_RATIO, v1::UNIT_BYTES,
        v1::UNIT_BANDWIDTH, v1::UNIT_TEMPERATURE, v1::UNIT_TEMPERATURE_RATE, v1::UNIT_MONEY}) {
    for (const double value :
         {0.0, 1e-7, 0.00123, 0.5, 1.0, 59.5, 3599.0, 86400.0, 1.234e9, 5e13}) {
      const std::string text = format_quantity(value, unit);
      const Result<Number> again = parse_quantity(text, unit);
      ASSERT_TRUE(again) << text;
      EXPECT_NEAR(again->value, value, value * 1e-3) << text;
    }
  }
}

}  // namespace
}  // namespace chokepoint
