/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.JournalStore;
import io.peeklock.journal.RecordBody;
import io.peeklock.journal.inspect.RecordDescriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What the inspector says of the journal of definitions.
 *
 * <p>Not thread safe.
 */
final class DefinitionRecordDescriberTest {

    private final List<RecordDescriber> describers = ServiceLoader.load(RecordDescriber.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(found -> found.knows(JournalStore.DEFINITIONS))
            .toList();

    @Test
    void isTheOnlyOneForThatJournal() {
        assertThat(describers).hasSize(1);
        assertThat(describer().knows(0)).isFalse();
    }

    @Test
    void namesEveryKind() {
        for (DefinitionRecord kind : DefinitionRecord.values()) {
            assertThat(describer().name(kind.kind())).isEqualTo(kind.name());
        }
        assertThat(describer().name(99)).isEmpty();
    }

    @Test
    void showsTheEntity() {
        RecordBody body = new EntityDefinition(7, 3, QueueDescription.of("orders")).toRecord();
        ByteBuffer bytes = ByteBuffer.allocate(body.encodedBytes());
        body.encodeTo(bytes);
        assertThat(describer().describe(DefinitionRecord.DEFINITION.kind(), bytes.flip()))
                .contains("entity 7 version 3")
                .contains("orders");
    }

    @Test
    void showsThePolicyWithoutItsKeys() {
        AccessKey key = AccessKey.of("topsecret-1");
        PolicyDefinition policy = new PolicyDefinition(9, 7, "app", Set.of(Claim.SEND), key, key);
        assertThat(describer().describe(DefinitionRecord.POLICY.kind(), ByteBuffer.wrap(policy.encode())))
                .isEqualTo("policy 9 'app' of entity 7: [SEND]");
    }

    @Test
    void takesAnyBytes() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] garbage = new byte[random.nextInt(80)];
            random.nextBytes(garbage);
            assertThat(describer().describe(DefinitionRecord.DEFINITION.kind(), ByteBuffer.wrap(garbage)))
                    .isNotEmpty();
        }
    }

    private RecordDescriber describer() {
        return describers.get(0);
    }
}
