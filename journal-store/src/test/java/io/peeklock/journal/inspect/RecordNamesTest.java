/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.journal.JournalStore;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * How the inspector names kinds of records and shows their bodies.
 *
 * <p>Not thread safe.
 */
final class RecordNamesTest {

    @Test
    void ofABodyCannotCommandATerminal() {
        RecordNames names = new RecordNames(List.of(InspectorTest.DESCRIBER));
        assertThat(names.body(7, ByteBuffer.wrap("a\u001b[2Jb\u202ec\n".getBytes(UTF_8)), false))
                .isEqualTo("<a\\u001b[2Jb\\u202ec\\u000a>");
    }

    @Test
    void isOnlyByWhoKnowsTheJournal() {
        RecordNames names = new RecordNames(List.of(InspectorTest.DESCRIBER));
        assertThat(names.in(0).kind(7)).isEqualTo("7 message");
        assertThat(names.in(JournalStore.DEFINITIONS).kind(7)).isEqualTo("7");
    }

    @Test
    void ofABodyThatCannotBeDescribedDoesNotEndTheListing() {
        RecordNames names = new RecordNames(List.of(new RecordDescriber() {
            @Override
            public boolean knows(int journal) {
                return true;
            }

            @Override
            public String name(int kind) {
                return "x";
            }

            @Override
            public String describe(int kind, ByteBuffer body) {
                return Byte.toString(body.get(100));
            }
        }));
        assertThat(names.body(7, ByteBuffer.allocate(3), false)).contains("cannot be described");
    }
}
