import { expect } from "chai";
import { flawOfPerson, flawOfReason, reasonPlaceholder } from "../../../guard/approvals/answerable";

describe("a reason for giving something up", () => {
  for (const text of [
    ...[
      "",
      " ",
      "…",
      "...",
      ". . .",
      "?!",
      "4711",
      "2026-01-01 12:00",
      "reason",
      "why",
      "WHY, …",
      "xxx",
      "xxx yyy",
      "test",
    ],
    ...["TODO", "asdf", "asdf asdf", "qwertyuiop asdfghjkl", "aaaaaaa bbbbbbb", "moved", "moved moved moved"],
    ...[
      "give up",
      "just a test",
      "the reason why",
      "test reason todo placeholder",
      "your reason here please",
      "No reason.",
    ],
    ...[
      reasonPlaceholder,
      `"${reasonPlaceholder.toLowerCase()}".`,
      `${reasonPlaceholder} …`,
      `${reasonPlaceholder}: moved`,
    ],
    ...["理由", "テスト"],
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(flawOfReason(text)).to.equal(
        "is no reason: say in at least two words and ten letters why, and where its data is, for whoever reviews it",
      );
    });
  }

  for (const text of [
    ...["moved to prod, ticket 4711", "moved to the cluster", "no longer needed", "the load test is over"],
    ...[
      `${reasonPlaceholder}: moved to the cluster`,
      "nach Frankfurt umgezogen",
      "переехали на другой кластер",
    ],
    ...[
      "数据已迁移到新集群",
      "新しいクラスタへ移行済み",
      "새 클러스터로 이전했습니다",
      "انتقلت البيانات إلى مكان آخر",
    ],
  ]) {
    it(`is ${JSON.stringify(text)}`, () => {
      expect(flawOfReason(text)).to.equal(undefined);
    });
  }
});

describe("a person who answers for something", () => {
  it("has a name, and no placeholder for one", () => {
    for (const name of ["Ada", "ann@example.com", "Bo", "李雷", "ada at host-1", "Test Engineering"]) {
      expect(flawOfPerson(name), name).to.equal(undefined);
    }
    for (const name of ["", " ", "…", "?", "42", "x", "xxx", "NAME", "your name", "somebody", "me", "who"]) {
      expect(flawOfPerson(name), name).to.equal("is no name: say who answers for it");
    }
  });
});
