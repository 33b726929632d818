/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bytes of a decision. */
@Tag("X4")
class DecisionRecordTest {
    private static final String BYTES = "01" // version
            + "0000000000000001" + "0000000000000002" // transaction
            + "00000002" // participants
            + "00000003" + "00000005";

    private final Decision decision = new Decision(new UUID(1, 2), List.of(5, 3), 42);

    private static Decision decoded(String hex) {
        return DecisionRecord.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), 42);
    }

    @Test
    void areThese() {
        RecordBody body = DecisionRecord.body(decision);
        ByteBuffer bytes = ByteBuffer.allocate(body.encodedBytes());
        body.encodeTo(bytes);
        assertThat(HexFormat.of().formatHex(bytes.array())).isEqualTo(BYTES);
        assertThat(decoded(BYTES)).isEqualTo(decision);
    }

    @Test
    void ofANewerVersionAreRefused() {
        assertThatThrownBy(() -> decoded("02" + BYTES.substring(2))).hasMessageContaining("version 2");
    }

    @Test
    void thatAreCutShortAreRefused() {
        assertThatThrownBy(() -> decoded(BYTES.substring(0, BYTES.length() - 8)))
                .hasMessageContaining("2 participants");
        assertThatThrownBy(() -> decoded(BYTES.substring(0, 34) + "00000000")).hasMessageContaining("0 participants");
    }
}
