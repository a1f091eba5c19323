import { accessPolicies } from "./access.ts";
import { type FunctionBudgets, functionPolicies } from "./functions.ts";
import { keepingPolicies } from "./keeping.ts";
import { messagePolicies } from "./messages.ts";
import type { Policy } from "./policy.ts";
import { recursionPolicies } from "./recursion.ts";
import { settingsPolicies } from "./settings.ts";
import { watchingPolicies } from "./watching.ts";

export function policies(budgets: FunctionBudgets): readonly Policy[] {
  return [
    ...accessPolicies,
    ...messagePolicies,
    ...keepingPolicies,
    ...settingsPolicies,
    ...watchingPolicies,
    ...recursionPolicies,
    ...functionPolicies(budgets),
  ];
}
