/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.inspect.RecordDescriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BusRecordDescriberTest {
    private final RecordDescriber describer = ServiceLoader.load(RecordDescriber.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(found -> found.knows(0))
            .findFirst()
            .orElseThrow();

    private String describe(RecordKind kind, RecordBody body) {
        ByteBuffer bytes = ByteBuffer.allocate(body.encodedBytes());
        body.encodeTo(bytes);
        return describer.describe(kind.id(), bytes.flip());
    }

    @Test
    void namesEveryKind() {
        for (RecordKind kind : RecordKind.values()) {
            assertThat(describer.name(kind.id())).isEqualTo(kind.name());
        }
        assertThat(describer.name(99)).isEmpty();
    }

    @Test
    void showsNumbersAndStatesAndNoContent() {
        Message secret = Message.builder()
                .property("password", "hunter2")
                .body(BodyKind.TEXT, "hunter2".getBytes(StandardCharsets.UTF_8))
                .build();
        MessageEntry entry = RecordFormatTest.entry(secret);
        assertThat(describe(RecordKind.MESSAGE, MessageRecord.body(entry, secret)))
                .contains("message 5 of entity 7")
                .doesNotContain("hunter2");
        assertThat(describe(RecordKind.DELIVERY, DeliveryRecord.body(DeliveryState.FRESH.failedOnce())))
                .isEqualTo("ACTIVE, delivery count 1");
        assertThat(describe(
                        RecordKind.DELIVERY,
                        DeliveryRecord.body(
                                DeliveryState.scheduled(new Placement(1000, 9, 500, Long.MAX_VALUE, false)))))
                .isEqualTo("SCHEDULED, delivery count 0, due 1000 as message 9");
        Placement again = new Placement(0, 9, 500, Long.MAX_VALUE, false);
        assertThat(describe(
                        RecordKind.DELIVERY,
                        DeliveryRecord.body(DeliveryState.FRESH.failedOnce().redriven(again))))
                .isEqualTo("ACTIVE, delivery count 0, as message 9");
        assertThat(describe(
                        RecordKind.SESSION_STATE,
                        new SessionStateRecord(7, "hunter2", "hunter2".getBytes(StandardCharsets.UTF_8)).body()))
                .isEqualTo("state of a session of entity 7, 7 bytes");
    }

    @Test
    void showsNoKeysAndIdsOfApplications() {
        SeenIdRecord seen = new SeenIdRecord(7, 5, 1_000, new SeenId.Key("hunter2", "hunter2"));
        assertThat(describe(RecordKind.SEEN_ID, seen.body())).isEqualTo("id of message 5 of entity 7, seen 1000");
    }

    @Test
    void showsWhoHasYetToDoWhatWasDecided() {
        Decision decision = new Decision(new UUID(1, 2), List.of(3, 5), 42);
        assertThat(describe(RecordKind.DECISION, DecisionRecord.body(decision)))
                .isEqualTo(
                        "transaction 00000000-0000-0001-0000-000000000002 is committed, partitions [3, 5] have yet to do"
                                + " their parts");
    }

    @Test
    void takesAnyBytes() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] garbage = new byte[random.nextInt(80)];
            random.nextBytes(garbage);
            for (RecordKind kind : RecordKind.values()) {
                assertThat(describer.describe(kind.id(), ByteBuffer.wrap(garbage)))
                        .isNotEmpty();
            }
        }
    }
}
