/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.RecordVisitor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A store with definitions, and what tests of them do again and again.
 *
 * <p>One thread, which is the executor too.
 */
abstract class DefinitionsFixture {

    static final QueueDescription ORDERS = QueueDescription.of("orders");

    final HeldJournalStore store = new HeldJournalStore();
    final RecordingListener listener = new RecordingListener();
    EntityLimits limits = EntityLimits.JMS;
    Definitions definitions;

    @BeforeEach
    void openStore() throws JournalException {
        definitions = open();
    }

    @AfterEach
    void closeStore() throws JournalException {
        definitions.close();
        store.close();
    }

    Definitions open() throws JournalException {
        return Definitions.open(store, limits, Runnable::run, listener);
    }

    void restart() throws JournalException {
        definitions.close();
        definitions = open();
    }

    void restartWith(EntityLimits others) throws JournalException {
        limits = others;
        restart();
    }

    EntityDefinition create(String name) {
        return definitions.create(QueueDescription.of(name)).join();
    }

    static AbstractThrowableAssert<?, ?> refused(CompletableFuture<?> future, ErrorCode code) {
        assertThat(future).isCompletedExceptionally();
        // What dependants get, and so not wrapped.
        return assertThat(future.handle((value, failure) -> failure).join())
                .isInstanceOfSatisfying(
                        BrokerException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    void append(Batch batch) throws JournalException {
        append(JournalStore.DEFINITIONS, batch);
    }

    void append(int index, Batch batch) throws JournalException {
        try (PartitionJournal journal = store.open(index, new Deaf())) {
            journal.load(new Recorder(new ArrayList<>()));
            journal.append(batch);
        }
    }

    List<String> records() throws JournalException {
        List<String> records = new ArrayList<>();
        try (PartitionJournal journal = store.open(JournalStore.DEFINITIONS, new Deaf())) {
            journal.load(new Recorder(records));
        }
        return records;
    }

    /** Hears nothing. */
    private static final class Deaf implements JournalListener {
        @Override
        public void durable(long index) {}

        @Override
        public void failed(JournalException cause) {}
    }

    /** Writes down what a load shows. */
    private record Recorder(List<String> records) implements RecordVisitor {
        @Override
        public void put(long id, int kind, ByteBuffer body) {
            add("put", id, kind, body);
        }

        @Override
        public void replace(long id, int kind, ByteBuffer body) {
            add("replace", id, kind, body);
        }

        @Override
        public void remove(long id) {
            records.add("remove " + id);
        }

        private void add(String operation, long id, int kind, ByteBuffer body) {
            byte[] bytes = new byte[body.remaining()];
            body.get(bytes);
            records.add(operation + " " + id + " kind " + kind + " "
                    + HexFormat.of().formatHex(bytes));
        }
    }
}
