#include "incident/human.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "incident/incident_fixture.h"

namespace landfall {
namespace {

using test::at;

struct Human : testing::Test, test::IncidentFixture {};

/// Replaces what stands in a part, as a person does in an editor.
std::string written(std::string report, std::string const& name, std::string const& text) {
  std::string const begin = "<!-- human:" + name + " -->\n";
  std::size_t const from = report.find(begin) + begin.size();
  std::size_t const to = report.find("<!-- /human:" + name + " -->", from);
  return report.replace(from, to - from, text);
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST_F(Human, text_survives_byte_for_byte_whatever_it_holds) {
  char const* const texts[]{
      "One line.\n",
      "\n\n  Blank lines and blanks around.  \n\n",
      "Windows\r\nlines\r\n",
      "A quoted end:\n<!-- /human:impact -->\nand more words after it.\n",
      "A quoted begin of the same:\n<!-- human:impact -->\nand more.\n",
      "A quoted begin:\n<!-- human:went-well -->\nit is none.\n<!-- /human:went-well -->\n",
      "<!-- human:other -->\n",
      "## Detection\nA heading of ours.\n",
      "| a | table |\n|---|---|\n[E1] <!-- unclosed\n",
      "\xF0\x9F\x94\xA5 and bytes that are no UTF-8: \xFF\xFE\n",
      "<!-- /human:summary -->\n<!-- /human:root-cause -->\n",
  };
  follow(looked);
  std::string const fresh = report(at("2026-04-30T16:40Z"));
  for (std::string const text : texts) {
    SCOPED_TRACE(text);
    std::string const edited = written(fresh, "impact", text);
    ASSERT_NE(edited, fresh);
    std::string const again = report(at("2026-04-30T16:45Z"), edited);
    Result<HumanTexts> kept = human_texts(again);
    ASSERT_TRUE(kept) << kept.error().text;
    EXPECT_EQ(kept->size(), 1U);
    EXPECT_EQ((*kept)["impact"], text);
    EXPECT_EQ(report(at("2026-04-30T16:45Z"), again), again)
        << "writing it a third time changes nothing";
  }
}

TEST_F(Human, texts_of_all_parts_survive_while_the_machine_s_are_new) {
  follow(looked);
  std::string edited = report(at("2026-04-30T16:40Z"));
  for (HumanPart const& part : human_parts())
    edited = written(edited, std::string(part.name), "words of " + std::string(part.name) + "\n");
  mend();
  follow(at("2026-04-30T16:56Z"));
  std::string const again = report(at("2026-04-30T17:00Z"), edited);
  EXPECT_TRUE(holds(again, "Resolved at 2026-04-30 16:56 UTC"));
  Result<HumanTexts> kept = human_texts(again);
  ASSERT_TRUE(kept);
  for (HumanPart const& part : human_parts())
    EXPECT_EQ((*kept)[std::string(part.name)], "words of " + std::string(part.name) + "\n");
  EXPECT_EQ(uncited_sentences(again), std::vector<std::string>{}) << "people need not cite";
}

TEST_F(Human, parts_are_marked_and_say_what_to_write) {
  follow(looked);
  std::string const text = report(at("2026-04-30T16:40Z"));
  for (HumanPart const& part : human_parts()) {
    EXPECT_TRUE(holds(text, "<!-- human:" + std::string(part.name) + " -->")) << part.name;
    EXPECT_TRUE(holds(text, part.instruction)) << part.name;
  }
  EXPECT_TRUE(holds(text, "**Written by people**"));
}

TEST_F(Human, part_that_is_never_ended_stops_the_writing) {
  follow(looked);
  std::string broken = report(at("2026-04-30T16:40Z"));
  broken = replace_all(broken, "<!-- /human:impact -->", "");
  Result<std::string> again =
      incident_report(store, intent, *find_incident(store, "raptor/production"), broken, looked);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::data);
  EXPECT_TRUE(holds(again.error().text, "human:impact"));
  EXPECT_TRUE(holds(again.error().text, "line "));
}

TEST_F(Human, part_whose_machine_line_was_lost_is_kept_all_the_same) {
  follow(looked);
  std::string edited = written(report(at("2026-04-30T16:40Z")), "impact", "my words\n");
  edited = replace_all(edited, "<!-- what follows is written by landfall -->\n", "");
  Result<HumanTexts> kept = human_texts(edited);
  ASSERT_TRUE(kept) << kept.error().text;
  EXPECT_EQ((*kept)["impact"], "my words\n");
  EXPECT_EQ(kept->size(), 1U);
}

TEST_F(Human, part_of_another_version_is_kept_at_the_end) {
  follow(looked);
  std::string const old =
      "<!-- human:lessons -->\nlearn\n<!-- /human:lessons -->\n<!-- what follows is written by "
      "landfall -->\n";
  std::string const text = report(at("2026-04-30T16:40Z"), old);
  EXPECT_TRUE(holds(text, "## Notes from an earlier report"));
  EXPECT_TRUE(holds(text, "<!-- human:lessons -->\nlearn\n<!-- /human:lessons -->"));
  EXPECT_EQ(report(at("2026-04-30T16:40Z"), text), text);
}

TEST_F(Human, any_other_file_as_the_earlier_report_is_harmless) {
  follow(looked);
  std::string const fresh = report(at("2026-04-30T16:40Z"));
  for (std::string const& before :
       {std::string("\n"), std::string("# Notes\nhello"), std::string("\0\xFF<!-- human: -->", 18),
        std::string("<!-- human:impact"), std::string("<!-- /human:impact -->")})
    EXPECT_EQ(report(at("2026-04-30T16:40Z"), before), fresh) << before;
}

}  // namespace
}  // namespace landfall
