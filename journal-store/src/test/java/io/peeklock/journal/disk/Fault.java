/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Says which calls to a {@link FaultyDisk} go wrong, and how: {@code Fault.in(WRITE).of(name -> ...).skip(2).once()}.
 *
 * <p>Immutable.
 *
 * @param operations the operations that are hit
 * @param paths the files or directories that are hit
 * @param skip how many matching calls go well first
 * @param times how many go wrong after that
 * @param effect what happens
 */
public record Fault(Set<Operation> operations, Predicate<Path> paths, int skip, int times, Effect effect) {

    /** What can be done to a disk. */
    public enum Operation {
        OPEN,
        READ,
        WRITE,
        SYNC,
        TRUNCATE,
        CLOSE,
        LOCK,
        LIST,
        CREATE_DIRECTORY,
        RENAME,
        DELETE,
        SYNC_DIRECTORY;

        /** Whether it changes, or makes durable, what is on the disk. */
        boolean changes() {
            return switch (this) {
                case WRITE, SYNC, TRUNCATE, CREATE_DIRECTORY, RENAME, DELETE, SYNC_DIRECTORY -> true;
                case OPEN, READ, CLOSE, LOCK, LIST -> false;
            };
        }
    }

    /** How an operation goes wrong. */
    public enum Effect {
        /** "Input/output error". */
        IO_ERROR,
        /** "No space left on device". */
        NO_SPACE,
        /** {@link java.nio.file.AccessDeniedException}. */
        ACCESS_DENIED,
        /** "Too many open files". */
        TOO_MANY_FILES,
        /** A write takes half of the bytes. Means nothing to other operations. */
        SHORT,
        /** A write is reported as done, but neither seen by readers nor kept by a crash before the next sync. */
        LATE,
        /** Reported as done, never happens. */
        LOST
    }

    public static Fault in(Operation first, Operation... others) {
        return new Fault(EnumSet.of(first, others), path -> true, 0, Integer.MAX_VALUE, Effect.IO_ERROR);
    }

    public static Fault inEverything() {
        return new Fault(EnumSet.allOf(Operation.class), path -> true, 0, Integer.MAX_VALUE, Effect.IO_ERROR);
    }

    /** Only for paths like these. */
    public Fault of(Predicate<Path> which) {
        return new Fault(operations, which, skip, times, effect);
    }

    /** Only for files or directories of this name. */
    public Fault named(String name) {
        return of(path -> path.endsWith(name));
    }

    /** Only for this path and everything below it. */
    public Fault below(Path directory) {
        Path root = directory.toAbsolutePath().normalize();
        return of(path -> path.startsWith(root));
    }

    /** Lets this many calls go well first. */
    public Fault skip(int calls) {
        return new Fault(operations, paths, calls, times, effect);
    }

    public Fault times(int calls) {
        return new Fault(operations, paths, skip, calls, effect);
    }

    public Fault once() {
        return times(1);
    }

    public Fault as(Effect what) {
        return new Fault(operations, paths, skip, times, what);
    }
}
