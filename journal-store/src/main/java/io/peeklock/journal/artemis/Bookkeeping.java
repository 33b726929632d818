/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a journal before its records are read: mark and register.
 *
 * <p>Immutable but for the register's checkpoint, which the first who uses it takes over.
 *
 * @param mark how far the journal was durable as far as either of them says, null if neither does
 * @param hasMark whether the mark itself was there
 * @param register the newest of the register's files that hold, null if none does
 * @param isRegisterDamaged whether the register should say more than it does
 */
record Bookkeeping(
        @Nullable Mark mark, boolean hasMark, @Nullable RegisterFile register, boolean isRegisterDamaged) {

    /** Reads both. */
    static Bookkeeping read(MarkFile marks) throws JournalException {
        Mark mark = marks.read();
        List<RegisterFile> files = marks.register().read();
        RegisterFile register = files.isEmpty() ? null : files.get(files.size() - 1);
        boolean damaged =
                mark != null && marks.isRegistered() && (register == null || register.end() < mark.sequence());
        return new Bookkeeping(join(mark, register), mark != null, register, damaged);
    }

    // The register says only what was durable, so it is a mark too.
    private static @Nullable Mark join(@Nullable Mark mark, @Nullable RegisterFile register) {
        if (register == null) {
            return mark;
        }
        long checkpointEnd = register.checkpoint().end();
        if (mark == null) {
            return new Mark(register.end(), checkpointEnd, register.maxRecordId(), false);
        }
        return new Mark(
                Math.max(mark.sequence(), register.end()),
                Math.max(mark.checkpointEnd(), checkpointEnd),
                Math.max(mark.maxRecordId(), register.maxRecordId()),
                mark.clean() && mark.sequence() >= register.end());
    }

    /** Where the checkpoint ends that the mark knows of, 0 if there is none. */
    long checkpointEnd() {
        return mark == null ? 0 : mark.checkpointEnd();
    }

    /** Whether the register can be gone on with. */
    boolean isRegisterWhole() {
        return hasMark && register != null && mark != null && register.end() == mark.sequence();
    }
}
