/** Folder of the approvals: in the project, or with `--rehearse` in the rehearsal's. */
export const approvalsFolder = "approvals";
