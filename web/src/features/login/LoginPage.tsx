import { Navigate } from "@tanstack/react-router";

/** There are no accounts yet: whoever reaches the app is the local user. */
export function LoginPage() {
  return <Navigate to="/" replace />;
}
