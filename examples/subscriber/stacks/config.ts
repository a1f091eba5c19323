/** What differs between stages. */
export interface StageConfig {
  production: boolean;
  region: string;
  /** The bus of the Promptcall stage whose results are counted, as AWS knows it. */
  busName: string;
  retentionDays: number;
  /** An SNS topic that hears of dead letters; without one the alarm is silent. */
  alarmTopicArn: string | undefined;
}

class StageConfigError extends Error {
  override readonly name = "StageConfigError";
}

export function stageConfig(stage: string): StageConfig {
  const busName = process.env.PROMPTCALL_BUS ?? "";
  if (!/^[\w./-]{1,256}$/.test(busName)) {
    const problem = busName === "" ? "is not set" : `is not the name of a bus: ${busName}`;
    throw new StageConfigError(`PROMPTCALL_BUS ${problem}. The deployment of a Promptcall stage prints it as "bus".`);
  }
  const region = process.env.AWS_REGION ?? "us-east-1";
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new StageConfigError('AWS_REGION must be a region of AWS, as "eu-west-1".');
  return {
    production: stage === "production",
    region,
    busName,
    retentionDays: 400,
    alarmTopicArn: process.env.ALARM_TOPIC_ARN,
  };
}
