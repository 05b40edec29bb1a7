#include <gtest/gtest.h>

#include "audit/rule.h"

namespace landfall {
namespace {

AuditFinding some_finding() {
  return {.rule = "masked-failure",
          .place = {"deploy.yml", {3, 5, 40}, {3, 9, 44}},
          .message = "deploys shop",
          .target = "shop"};
}

TEST(Findings, keep_what_is_said_of_a_place_once) {
  Findings findings;
  findings.add(some_finding());
  findings.add(some_finding());
  EXPECT_EQ(findings.all().size(), 1U);

  AuditFinding other_words = some_finding();
  other_words.message = "deploys depot";
  findings.add(other_words);
  AuditFinding other_place = some_finding();
  other_place.place.begin.byte = 41;
  findings.add(other_place);
  AuditFinding other_rule = some_finding();
  other_rule.rule = "boolean-trap";
  findings.add(other_rule);
  EXPECT_EQ(findings.take().size(), 4U);
}

TEST(AuditFinding, has_a_fingerprint_that_lines_do_not_change) {
  std::string const print = some_finding().fingerprint();
  EXPECT_EQ(print.size(), 32U);
  AuditFinding moved = some_finding();
  moved.place.begin = {9, 1, 400};
  moved.place.end = {9, 2, 401};
  moved.severity = "SEV-1";
  EXPECT_EQ(moved.fingerprint(), print);

  AuditFinding elsewhere = some_finding();
  elsewhere.place.file = "other.yml";
  AuditFinding of_another = some_finding();
  of_another.target = "depot";
  AuditFinding in_other_words = some_finding();
  in_other_words.message += "!";
  AuditFinding of_another_rule = some_finding();
  of_another_rule.rule = "boolean-trap";
  for (AuditFinding const& other : {elsewhere, of_another, in_other_words, of_another_rule})
    EXPECT_NE(other.fingerprint(), print);
}

TEST(Confidence, has_names) {
  EXPECT_EQ(confidence_name(Confidence::certain), "certain");
  EXPECT_EQ(confidence_name(Confidence::likely), "likely");
  EXPECT_EQ(confidence_name(Confidence::possible), "possible");
}

}  // namespace
}  // namespace landfall
