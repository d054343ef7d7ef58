"""All remedies, in the order in which they are tried. To add one: a file, a line here, its cases."""

from confiture.engine.easing import batches, concurrently, lock_timeout, presence, validate_later

REMEDIES = (concurrently.REMEDY, validate_later.REMEDY, presence.REMEDY, batches.REMEDY, lock_timeout.REMEDY)
