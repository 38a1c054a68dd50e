import "i18next";
import type account from "./locales/en/account.json";
import type common from "./locales/en/common.json";
import type covers from "./locales/en/covers.json";
import type firstrun from "./locales/en/firstrun.json";
import type home from "./locales/en/home.json";
import type learn from "./locales/en/learn.json";
import type make from "./locales/en/make.json";
import type people from "./locales/en/people.json";
import type review from "./locales/en/review.json";
import type said from "./locales/en/said.json";
import type settings from "./locales/en/settings.json";
import type share from "./locales/en/share.json";
import type task from "./locales/en/task.json";
import type trash from "./locales/en/trash.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: {
      account: typeof account;
      common: typeof common;
      covers: typeof covers;
      firstrun: typeof firstrun;
      home: typeof home;
      learn: typeof learn;
      make: typeof make;
      people: typeof people;
      review: typeof review;
      said: typeof said;
      settings: typeof settings;
      share: typeof share;
      task: typeof task;
      trash: typeof trash;
    };
    returnNull: false;
  }
}
