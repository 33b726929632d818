/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.memory;

import io.peeklock.journal.Batch;
import io.peeklock.journal.RecordVisitor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The synced operations of one simulated journal, in order, as a load gives them.
 *
 * <p>Owned by its {@link SimulatedJournalStore}, under whose monitor it is used.
 */
final class SimulatedHistory {

    /** One operation with the bytes it had when it was appended. */
    record Operation(Batch.Operation operation, long id, int kind, byte[] body) {

        static List<Operation> of(Batch batch) {
            List<Operation> operations = new ArrayList<>();
            for (Batch.Entry entry : batch.entries()) {
                ByteBuffer body = ByteBuffer.allocate(entry.body().encodedBytes());
                entry.body().encodeTo(body);
                operations.add(new Operation(entry.operation(), entry.id(), entry.kind(), body.array()));
            }
            return operations;
        }
    }

    private List<Operation> operations = new ArrayList<>();
    private long maxRecordId;

    SimulatedHistory copy() {
        SimulatedHistory copy = new SimulatedHistory();
        copy.operations.addAll(operations);
        copy.maxRecordId = maxRecordId;
        return copy;
    }

    void add(List<Operation> batch) {
        operations.addAll(batch);
        batch.forEach(operation -> maxRecordId = Math.max(maxRecordId, operation.id()));
    }

    boolean isEmpty() {
        return operations.isEmpty() && maxRecordId == 0;
    }

    long maxRecordId() {
        return maxRecordId;
    }

    /** Ids of the live records. */
    Map<Long, Operation> live() {
        Map<Long, Operation> live = new LinkedHashMap<>();
        for (Operation operation : operations) {
            switch (operation.operation()) {
                case PUT -> live.put(operation.id(), operation);
                case REPLACE -> {}
                case REMOVE -> live.remove(operation.id());
            }
        }
        return live;
    }

    /** Also what is dead: a journal that was not compacted gives that too, and takes it back. */
    void visit(RecordVisitor visitor) {
        for (Operation operation : operations) {
            ByteBuffer body = ByteBuffer.wrap(operation.body()).asReadOnlyBuffer();
            switch (operation.operation()) {
                case PUT -> visitor.put(operation.id(), operation.kind(), body);
                case REPLACE -> visitor.replace(operation.id(), operation.kind(), body);
                case REMOVE -> visitor.remove(operation.id());
            }
        }
    }

    /**
     * Leaves the survivors only: puts in their order, of each record the last replacement, anywhere behind its put.
     *
     * @param random where: any place a compaction may choose
     */
    void compact(Random random) {
        Map<Long, Operation> live = live();
        Map<Long, Operation> replacements = new LinkedHashMap<>();
        for (Operation operation : operations) {
            if (operation.operation() == Batch.Operation.REPLACE && live.containsKey(operation.id())) {
                replacements.put(operation.id(), operation);
            }
        }
        List<Operation> survivors = new ArrayList<>();
        List<Operation> waiting = new ArrayList<>();
        for (Operation put : live.values()) {
            survivors.add(put);
            Operation replacement = replacements.get(put.id());
            if (replacement != null) {
                waiting.add(replacement);
            }
            while (!waiting.isEmpty() && random.nextBoolean()) {
                survivors.add(waiting.remove(random.nextInt(waiting.size())));
            }
        }
        survivors.addAll(waiting);
        operations = survivors;
    }
}
