/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.message.MalformedContentException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Policies as bytes. */
@Tag("Q6")
final class PolicyDefinitionTest {
    private static final AccessKey FIRST = AccessKey.of("first-key");
    private static final AccessKey SECOND = AccessKey.of("other-key");
    private static final String HEADER = "01" // format
            + "05" // policy
            + "0000000000000009"; // id
    private static final String TEXTS = "0001" + "61" + "0009" + "66697273742d6b6579" + "0009" + "6f746865722d6b6579";

    private static PolicyDefinition policy(long entityId, Claim first, Claim... others) {
        return new PolicyDefinition(9, entityId, "a", EnumSet.of(first, others), FIRST, SECOND);
    }

    /** Never to be changed: they are on disk. */
    private final GoldenBytes<PolicyDefinition> golden = new GoldenBytes<>(
            Map.of(
                    HEADER + "0000000000000000" + "01" + TEXTS, policy(0, Claim.MANAGE),
                    HEADER + "0000000000000007" + "02" + TEXTS, policy(7, Claim.SEND),
                    HEADER + "0000000000000007" + "06" + TEXTS, policy(7, Claim.SEND, Claim.LISTEN)),
            PolicyDefinition::encode,
            PolicyDefinition::decode);

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
        golden.damage(
                refusal -> assertThat(refusal).hasMessageNotContaining("irst-").hasMessageNotContaining("ther-"));
    }

    @Test
    void ofANewerFormatAreRefused() {
        for (String head : List.of("0205", "0104")) {
            String hex = head + HEADER.substring(4) + "0000000000000007" + "02" + TEXTS;
            assertThatThrownBy(() -> PolicyDefinition.decode(
                            ByteBuffer.wrap(HexFormat.of().parseHex(hex))))
                    .isInstanceOf(MalformedContentException.class)
                    .hasMessageContaining("newer");
        }
        String unknownClaim = HEADER + "0000000000000007" + "08" + TEXTS;
        assertThatThrownBy(() ->
                        PolicyDefinition.decode(ByteBuffer.wrap(HexFormat.of().parseHex(unknownClaim))))
                .isInstanceOf(MalformedContentException.class)
                .hasMessageContaining("unknown claims");
    }

    @Test
    void admitBothKeysAndNoOther() {
        PolicyDefinition policy = policy(7, Claim.SEND);
        assertThat(policy.admits("first-key")).isTrue();
        assertThat(policy.admits("other-key")).isTrue();
        assertThat(policy.admits("other-kex")).isFalse();
        assertThat(policy.admits("")).isFalse();
    }
}
