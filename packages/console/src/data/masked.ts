export { maskToLastFour as masked } from "@promptcall/core/call/phone";
