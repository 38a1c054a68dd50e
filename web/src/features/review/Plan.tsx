import type { Framework, Roadmap, Task } from "../../api/types";
import { Tree } from "../task/Tree";

export function Plan({ framework }: { task: Task; roadmap: Roadmap; framework: Framework }) {
  return <Tree framework={framework} marks={true} />;
}
