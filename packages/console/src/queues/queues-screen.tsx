export function QueuesScreen() {
  return <h1 tabIndex={-1}>QueuesScreen</h1>;
}
