import "i18next";
import type common from "./locales/en/common.json";
import type covers from "./locales/en/covers.json";
import type firstrun from "./locales/en/firstrun.json";
import type home from "./locales/en/home.json";
import type learn from "./locales/en/learn.json";
import type make from "./locales/en/make.json";
import type review from "./locales/en/review.json";
import type settings from "./locales/en/settings.json";
import type task from "./locales/en/task.json";
import type trash from "./locales/en/trash.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: {
      common: typeof common;
      covers: typeof covers;
      firstrun: typeof firstrun;
      home: typeof home;
      learn: typeof learn;
      make: typeof make;
      review: typeof review;
      settings: typeof settings;
      task: typeof task;
      trash: typeof trash;
    };
    returnNull: false;
  }
}
