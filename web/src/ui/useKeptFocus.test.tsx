import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, test } from "vitest";
import { useKeptFocus } from "./useKeptFocus";

afterEach(cleanup);

/** A button that a click changes for another one; `said` is drawn anew by a click elsewhere. */
function Box() {
  const box = useKeptFocus<HTMLDivElement>();
  const [stopped, setStopped] = useState(false);
  const [said, setSaid] = useState(0);
  return (
    <>
      <div ref={box} tabIndex={-1} data-testid="box">
        {stopped ? (
          <button type="button" key="on">
            {said}
          </button>
        ) : (
          <button type="button" key="off" data-testid="stop" onClick={() => setStopped(true)}>
            {said}
          </button>
        )}
      </div>
      <button type="button" data-testid="elsewhere" onClick={() => setSaid(said + 1)} />
    </>
  );
}

test("the focus that went with its button is at the box around it", () => {
  render(<Box />);
  const stop = screen.getByTestId("stop");
  stop.focus();
  fireEvent.click(stop);
  expect(document.activeElement).toBe(screen.getByTestId("box"));
});

test("who has gone elsewhere is not fetched back", async () => {
  render(<Box />);
  screen.getByTestId("stop").focus();
  screen.getByTestId("stop").blur();
  await Promise.resolve();
  fireEvent.click(screen.getByTestId("elsewhere"));
  expect(document.activeElement).toBe(document.body);
});
