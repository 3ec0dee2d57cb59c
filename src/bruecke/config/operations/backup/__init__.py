"""One file that holds everything: database, uploads, secret key; and the way back, which never overwrites silently.

`making`, `restoring` and `moving` are what the commands call; `archive` is the form of the file, `tables` what is compared.
"""

from bruecke.config.operations.backup.making import make_backup
from bruecke.config.operations.backup.moving import move
from bruecke.config.operations.backup.restoring import Restored, restore_backup, verify_backup
from bruecke.config.operations.backup.sealed import make_key_file
from bruecke.config.operations.errors import BackupError

__all__ = ["BackupError", "Restored", "make_backup", "make_key_file", "move", "restore_backup", "verify_backup"]
