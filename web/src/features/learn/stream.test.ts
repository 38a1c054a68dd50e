import { expect, test } from "vitest";
import { type Draft, withPiece } from "../../events/drafts";

type Piece = Parameters<typeof withPiece>[1];
const written = (...pieces: Piece[]): Draft | undefined =>
  pieces.reduce<Draft | undefined>((draft, piece) => withPiece(draft, piece), undefined);
const at = (offset: number, text: string, attempt = 1): Piece => ({ attempt, offset, text });

test("pieces that follow each other are the text", () => {
  expect(written(at(0, "# Bre"), at(5, "ad\n"))).toMatchObject({ text: "# Bread\n", whole: true });
});

test("offsets count characters as the server does, not UTF-16 units", () => {
  expect(written(at(0, "𝛼🍞"), at(2, "ok"))).toMatchObject({ text: "𝛼🍞ok", whole: true });
});

test("who comes late waits for the end and shows no half sentence from the middle", () => {
  expect(written(at(400, "and then"))).toMatchObject({ text: "", whole: false });
});

test("after a gap what is there stays, and nothing is put behind it", () => {
  expect(written(at(0, "one "), at(9, "three"), at(14, "four"))).toMatchObject({
    text: "one ",
    whole: false,
  });
});

test("what was missed and comes late is not put behind the gap", () => {
  expect(written(at(0, "one "), at(9, "three"), at(4, "late"))).toMatchObject({ text: "one ", whole: false });
});

test("a piece that came twice is there once", () => {
  expect(written(at(0, "one "), at(0, "one "), at(4, "two"), at(4, "two"))?.text).toBe("one two");
});

test("another beginning within the attempt is a new text", () => {
  expect(written(at(0, "one "), at(4, "two"), at(0, "# Anew"))).toMatchObject({
    text: "# Anew",
    whole: true,
  });
});

test("a new attempt begins anew, whatever was missed before", () => {
  expect(written(at(7, "lost"), at(0, "# New", 2))).toMatchObject({ attempt: 2, text: "# New", whole: true });
});

test("a late piece of an earlier attempt is ignored", () => {
  expect(written(at(0, "# New", 2), at(0, "# Old", 1))).toMatchObject({ attempt: 2, text: "# New" });
});

test("a new attempt of which the beginning was missed shows nothing of the old one", () => {
  expect(written(at(0, "old"), at(30, "new", 2))).toMatchObject({ attempt: 2, text: "", whole: false });
});

test("an item without text has its percentage", () => {
  expect(written({ attempt: 1, percentage: 40 })).toMatchObject({ percentage: 40, text: "", whole: true });
});
