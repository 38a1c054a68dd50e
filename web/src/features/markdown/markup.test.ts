import { describe, expect, it } from "vitest";
import { holdsHtml } from "./markup";

describe("HTML in a diagram", () => {
  it.each([
    'graph TD; A["<img src=x onerror=alert(1)>"] --> B',
    "graph TD; A[<b>bold</b>] --> B",
    "graph TD; A[</script>] --> B",
    "graph TD; A[<svg onload=1] --> B",
  ])("is found: %s", (source) => expect(holdsHtml(source)).toBe(true));

  it.each([
    "graph TD; A --> B; B <--> C",
    "graph TD; A[one<br/>two] --> B[x < 3]",
    "classDiagram\n  class Shape { <<interface>> }\n  Animal <|-- Duck",
    "sequenceDiagram\n  A->>B: 1 < 2",
  ])("is not: %s", (source) => expect(holdsHtml(source)).toBe(false));
});
