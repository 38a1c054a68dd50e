import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { base } from "../api/base";
import { fetched } from "./code";
import { Broken, NotFound } from "./Fallbacks";
import { listPlace, tasksPlace } from "./place";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: listPlace,
  component: lazyRouteComponent(() => fetched(() => import("../features/home/HomePage")), "HomePage"),
});

const make = createRoute({
  getParentRoute: () => root,
  path: "/new",
  validateSearch: (search: Record<string, unknown>): { goal?: string } =>
    typeof search.goal === "string" ? { goal: search.goal } : {},
  component: lazyRouteComponent(() => fetched(() => import("../features/new/NewPage")), "NewPage"),
});

const tasks = createRoute({
  getParentRoute: () => root,
  path: "/tasks",
  validateSearch: tasksPlace,
  component: lazyRouteComponent(() => fetched(() => import("../features/tasks/TasksPage")), "TasksPage"),
});

const task = createRoute({
  getParentRoute: () => root,
  path: "/tasks/$taskId",
  component: lazyRouteComponent(() => fetched(() => import("../features/task/TaskPage")), "TaskPage"),
});

const roadmap = createRoute({
  getParentRoute: () => root,
  path: "/roadmap/$roadmapId",
  component: lazyRouteComponent(() => fetched(() => import("../features/map/RoadmapPage")), "RoadmapPage"),
});

const learn = createRoute({
  getParentRoute: () => root,
  path: "/roadmap/$roadmapId/learn/$conceptId",
  component: lazyRouteComponent(() => fetched(() => import("../features/learn/LearnPage")), "LearnPage"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(
    () => fetched(() => import("../features/settings/SettingsPage")),
    "SettingsPage",
  ),
});

const trash = createRoute({
  getParentRoute: () => root,
  path: "/trash",
  component: lazyRouteComponent(() => fetched(() => import("../features/trash/TrashPage")), "TrashPage"),
});

/** Where to go after signing in; `safeNext` judges it. */
function withNext(search: Record<string, unknown>): { next?: string } {
  return typeof search.next === "string" ? { next: search.next } : {};
}

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: withNext,
  component: lazyRouteComponent(() => fetched(() => import("../features/login/LoginPage")), "LoginPage"),
});

const register = createRoute({
  getParentRoute: () => root,
  path: "/register",
  validateSearch: withNext,
  component: lazyRouteComponent(
    () => fetched(() => import("../features/login/RegisterPage")),
    "RegisterPage",
  ),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  component: lazyRouteComponent(() => fetched(() => import("../features/login/ResetPage")), "ResetPage"),
});

const people = createRoute({
  getParentRoute: () => root,
  path: "/users",
  component: lazyRouteComponent(() => fetched(() => import("../features/people/PeoplePage")), "PeoplePage"),
});

const shared = createRoute({
  getParentRoute: () => root,
  path: "/shared/$token",
  component: lazyRouteComponent(() => fetched(() => import("../features/share/SharedPage")), "SharedPage"),
});

const sharedLesson = createRoute({
  getParentRoute: () => root,
  path: "/shared/$token/learn/$conceptId",
  component: lazyRouteComponent(
    () => fetched(() => import("../features/share/SharedLessonPage")),
    "SharedLessonPage",
  ),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    make,
    tasks,
    task,
    roadmap,
    learn,
    settings,
    trash,
    people,
    login,
    register,
    reset,
    shared,
    sharedLesson,
  ]),
  basepath: base || "/",
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
