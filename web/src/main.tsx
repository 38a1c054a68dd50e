import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { keys, newQueryClient } from "./api/queries";
import { isOpenPage, onSignedOut } from "./api/session";
import { applyAppearance, storedAppearance } from "./app/appearance";
import { startI18n } from "./app/i18n";
import { router } from "./app/router";
import "./styles/index.css";

applyAppearance(storedAppearance());
const root = document.getElementById("root");
const client = newQueryClient();

// Whatever is asked while nobody is signed in leads to the login, and from there back to where one was.
onSignedOut(() => {
  const { pathname, href } = router.state.location;
  if (isOpenPage(pathname)) return;
  client.removeQueries({ queryKey: keys.me() });
  void router.navigate({ to: "/login", search: { next: href } }).then(() => client.clear());
});

void startI18n().then(() => {
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
});
