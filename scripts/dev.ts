import { main } from "@promptcall/deploy/main";

main({ command: "dev", args: process.argv.slice(3) }).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
