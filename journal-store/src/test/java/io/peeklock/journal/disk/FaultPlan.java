/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which calls to a {@link FaultyDisk} go wrong, and when its power goes; counts the calls to know.
 *
 * <p>Owned by the disk, under its monitor.
 */
final class FaultPlan {

    private static final String OFF = "the power is off";

    private final List<Rule> rules = new ArrayList<>();
    private final Map<Operation, Long> calls = new EnumMap<>(Operation.class);
    private long changesUntilPowerOff = Long.MAX_VALUE;
    private long changes;
    private boolean off;

    /** A fault and how many calls it has matched. */
    private static final class Rule {
        private final Fault fault;
        private int matched;

        Rule(Fault fault) {
            this.fault = fault;
        }

        boolean hits(Operation operation, Path path) {
            if (!fault.operations().contains(operation) || !fault.paths().test(path)) {
                return false;
            }
            int index = matched++;
            return index >= fault.skip() && index - fault.skip() < fault.times();
        }
    }

    void add(Fault fault) {
        rules.add(new Rule(fault));
    }

    void heal() {
        rules.clear();
    }

    void cutPowerAfter(int changingCalls) {
        changesUntilPowerOff = changes + changingCalls;
    }

    void cutPower() {
        off = true;
    }

    boolean isOff() {
        return off;
    }

    long calls(Operation operation) {
        return calls.getOrDefault(operation, 0L);
    }

    long changes() {
        return changes;
    }

    /** Counts a call and says how it goes wrong, null if well; throws if the fault is an error. */
    @Nullable
    Effect count(Operation operation, Path path, boolean isChange) throws IOException {
        calls.merge(operation, 1L, Long::sum);
        if (isChange) {
            changes++;
        }
        off |= changes > changesUntilPowerOff;
        if (off) {
            throw new IOException(path + ": " + OFF);
        }
        for (Rule rule : rules) {
            if (rule.hits(operation, path)) {
                return effectOf(rule.fault.effect(), path);
            }
        }
        return null;
    }

    private static Effect effectOf(Effect effect, Path path) throws IOException {
        return switch (effect) {
            case IO_ERROR -> throw new IOException(path + ": Input/output error");
            case NO_SPACE -> throw new IOException(path + ": No space left on device");
            case ACCESS_DENIED -> throw new AccessDeniedException(path.toString());
            case TOO_MANY_FILES -> throw new FileSystemException(path.toString(), null, "Too many open files");
            case SHORT, LATE, LOST -> effect;
        };
    }
}
