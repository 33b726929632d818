/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.MalformedContentException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Logs of transaction managers as bytes. */
@Tag("X5")
final class TransactionLogDefinitionTest {
    private static final UUID LOG = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final String HEADER = "01" // format
            + "06" // transaction log
            + "0000000000000009"; // id
    private static final String UUID_HEX = "00112233445566778899aabbccddeeff";

    /** Never to be changed: they are on disk. */
    private final GoldenBytes<TransactionLogDefinition> golden = new GoldenBytes<>(
            Map.of(
                    HEADER + UUID_HEX + "0002" + "6e31", new TransactionLogDefinition(9, "n1", LOG),
                    HEADER + UUID_HEX + "0003" + "c3a431", new TransactionLogDefinition(9, "ä1", LOG)),
            TransactionLogDefinition::encode,
            TransactionLogDefinition::decode);

    @Test
    void areWritten() {
        golden.requireWritten();
    }

    @Test
    void areRead() {
        golden.requireRead();
    }

    @Test
    void thatAreDamagedFailInNoOtherWay() {
        golden.damage(refusal -> assertThat(refusal).hasMessageContaining("transaction log"));
    }

    @Test
    void ofANewerFormatAreRefused() {
        for (String head : List.of("0206", "0105")) {
            String hex = head + HEADER.substring(4) + UUID_HEX + "0002" + "6e31";
            assertThatThrownBy(() -> TransactionLogDefinition.decode(
                            ByteBuffer.wrap(HexFormat.of().parseHex(hex))))
                    .isInstanceOf(MalformedContentException.class)
                    .hasMessageContaining("newer");
        }
    }

    @Test
    void areOfANodeIdOfOneTo64Bytes() {
        for (String node : List.of("", " ", "n".repeat(65), "ä".repeat(33))) {
            assertThatThrownBy(() -> new TransactionLogDefinition(9, node, LOG))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.InvalidOperation));
        }
        TransactionLogDefinition longest = new TransactionLogDefinition(9, "n".repeat(64), LOG);
        assertThat(TransactionLogDefinition.decode(ByteBuffer.wrap(longest.encode())))
                .isEqualTo(longest);
    }
}
