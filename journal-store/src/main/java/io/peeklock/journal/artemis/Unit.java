/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found on disk of one batch.
 *
 * <p>Owned by the loading thread.
 */
final class Unit {

    /** Takes operations in order. */
    interface Operations {
        void operation(Batch.Operation operation, long id, long sequence);
    }

    private final long first;
    // Nothing else belongs to it: one record, or a checkpoint.
    private boolean sole;
    private long lastSeen;
    private List<BatchHead> heads = List.of();
    private int lastHeadPosition = -1;
    private RegisterFile.@Nullable Entry registered;
    // Operations whose own record was found: position, id, whether it is a replacement.
    private long[] members = new long[2];
    private @Nullable BitSet positions;
    private int memberCount;

    Unit(long first) {
        this.first = first;
        this.lastSeen = first;
    }

    /** A whole checkpoint: it changes nothing, but has a place in the row. */
    static Unit ofCheckpoint(Checkpoint checkpoint) {
        Unit unit = new Unit(checkpoint.first());
        unit.sole = true;
        unit.lastSeen = checkpoint.end();
        return unit;
    }

    long first() {
        return first;
    }

    /** Takes what the register says. */
    void register(RegisterFile.Entry entry) {
        registered = entry;
        lastSeen = Math.max(lastSeen, entry.end());
    }

    void addMember(int position, long id, boolean isReplacement, boolean isSole) {
        if (hasMember(position)) {
            return;
        }
        if (!isSole) {
            positions = positions == null ? new BitSet() : positions;
            positions.set(position);
        }
        sole |= isSole;
        lastSeen = Math.max(lastSeen, first + position);
        if (memberCount * 2 == members.length) {
            members = Arrays.copyOf(members, members.length * 2);
        }
        members[memberCount * 2] = (long) position << 1 | (isReplacement ? 1 : 0);
        members[memberCount * 2 + 1] = id;
        memberCount++;
    }

    private boolean hasMember(int position) {
        return sole ? position == 0 : positions != null && positions.get(position);
    }

    void addHead(int position, BatchHead head, boolean isLast) {
        lastSeen = Math.max(lastSeen, first + position);
        if (heads.isEmpty()) {
            heads = new ArrayList<>(1);
        }
        if (heads.stream().noneMatch(other -> other.start() == head.start())) {
            heads.add(head);
            heads.sort((a, b) -> Integer.compare(a.start(), b.start()));
        }
        if (isLast) {
            lastHeadPosition = position;
        }
    }

    /** Whether the files say what the batch did: it is one record, or all of its head is there. */
    boolean isInFiles() {
        if (sole) {
            return true;
        }
        if (lastHeadPosition < 0) {
            return false;
        }
        int covered = 0;
        for (BatchHead head : heads) {
            covered += head.ids().length;
        }
        int operations = heads.get(0).operations();
        return covered == operations && heads.size() == lastHeadPosition - operations + 1;
    }

    /** Whether what the batch did is known, from the files or from the register. */
    boolean isKnown() {
        return registered != null || isInFiles();
    }

    /** Whether everything that the batch wrote is in the files. */
    boolean isComplete() {
        if (sole || !isInFiles()) {
            return sole;
        }
        boolean[] complete = {true};
        forEach((operation, id, sequence) ->
                complete[0] &= operation == Batch.Operation.REMOVE || hasMember((int) (sequence - first)));
        return complete[0];
    }

    /** The last sequence of the batch, as far as known. */
    long end() {
        if (registered != null) {
            return registered.end();
        }
        return !sole && lastHeadPosition >= 0 ? first + lastHeadPosition : lastSeen;
    }

    /** What the batch did; if neither its head nor the register says so only what its records say. */
    void forEach(Operations operations) {
        if (sole) {
            forEachMember(operations);
        } else if (isInFiles()) {
            heads.forEach(head -> forEach(head, operations));
        } else if (registered != null) {
            forEach(registered.operations(), operations);
        } else {
            forEachMember(operations);
        }
    }

    private void forEach(BatchHead head, Operations operations) {
        for (int i = 0; i < head.ids().length; i++) {
            operations.operation(head.kinds()[i], head.ids()[i], first + head.start() + i);
        }
    }

    void forEachMember(Operations operations) {
        for (int i = 0; i < memberCount; i++) {
            boolean replacement = (members[i * 2] & 1) != 0;
            operations.operation(
                    replacement ? Batch.Operation.REPLACE : Batch.Operation.PUT,
                    members[i * 2 + 1],
                    first + (members[i * 2] >>> 1));
        }
    }
}
