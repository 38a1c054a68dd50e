import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Broken, NotFound } from "./Fallbacks";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("../features/home/HomePage"), "HomePage"),
});

const make = createRoute({
  getParentRoute: () => root,
  path: "/new",
  validateSearch: (search: Record<string, unknown>): { goal?: string } =>
    typeof search.goal === "string" ? { goal: search.goal } : {},
  component: lazyRouteComponent(() => import("../features/new/NewPage"), "NewPage"),
});

const tasks = createRoute({
  getParentRoute: () => root,
  path: "/tasks",
  component: lazyRouteComponent(() => import("../features/tasks/TasksPage"), "TasksPage"),
});

const task = createRoute({
  getParentRoute: () => root,
  path: "/tasks/$taskId",
  component: lazyRouteComponent(() => import("../features/task/TaskPage"), "TaskPage"),
});

const roadmap = createRoute({
  getParentRoute: () => root,
  path: "/roadmap/$roadmapId",
  component: lazyRouteComponent(() => import("../features/map/RoadmapPage"), "RoadmapPage"),
});

const learn = createRoute({
  getParentRoute: () => root,
  path: "/roadmap/$roadmapId/learn/$conceptId",
  component: lazyRouteComponent(() => import("../features/learn/LearnPage"), "LearnPage"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(() => import("../features/settings/SettingsPage"), "SettingsPage"),
});

const trash = createRoute({
  getParentRoute: () => root,
  path: "/trash",
  component: lazyRouteComponent(() => import("../features/trash/TrashPage"), "TrashPage"),
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  component: lazyRouteComponent(() => import("../features/login/LoginPage"), "LoginPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([home, make, tasks, task, roadmap, learn, settings, trash, login]),
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
