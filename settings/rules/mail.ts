import { finding, type Rule } from "./rule";

const mailGoesOneWay: Rule = function* ({ mail }) {
  if (mail === undefined) {
    return;
  }
  const ways = ["sendgrid", "catcher"].filter((way) => way in mail);
  if (ways.length !== 1) {
    yield finding("mail", [], {
      message: ways.length === 0 ? "says no way for mails" : "has both sendgrid and catcher",
      allowed: "exactly one of sendgrid and catcher",
    });
  }
};

const mailHasACluster: Rule = function* ({ declared }) {
  if (declared.has("mail") && !declared.has("cluster")) {
    yield finding("mail", [], {
      message: "there is no cluster for it",
      allowed: "a section groundwork:cluster, or no section groundwork:mail",
    });
  }
};

export const mailRules: readonly Rule[] = [mailGoesOneWay, mailHasACluster];
