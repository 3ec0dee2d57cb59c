"""What operators are told in place of a trace: the text says why, and what to do."""


class OperatorError(Exception):
    """Something an operator has to mend."""


class BackupError(OperatorError):
    """A backup that cannot be made, read or put back."""
