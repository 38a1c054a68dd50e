import { expect, test } from "vitest";
import { languageByScript } from "./script";

test.each([
  ["先把目标写下来，再来判断所需的时间就容易多了。", "zh"],
  ["パンの生地をこねて、一時間休ませます。", "ja"],
  ["반죽을 한 시간 동안 쉬게 합니다.", "ko"],
  ["The word 面包 means bread, and this sentence is about it in English.", undefined],
  ["", undefined],
])("%s is %s by its script", (text, language) => expect(languageByScript(text)).toBe(language));
