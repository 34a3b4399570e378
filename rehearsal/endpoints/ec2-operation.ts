import type { CloudCall } from "../cloud/cloud";
import { carryOut, readOf, type ApiCall, type QueryOperation } from "./call";
import { ec2Answer, type Xml } from "./xml";

type Act = (input: URLSearchParams, call: ApiCall) => Xml;

/** An operation of EC2 that is logged as a read. */
export function ec2Read(action: string, act: Act): QueryOperation {
  return ec2Change(action, () => readOf("ec2", action), act);
}

/** An operation of EC2 that is logged as a change of what it names. */
export function ec2Change(
  action: string,
  logged: (input: URLSearchParams, call: ApiCall) => CloudCall,
  act: Act,
): QueryOperation {
  return (input, call) => carryOut(call, logged(input, call), () => ec2Answer(action, act(input, call)));
}
