/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is told that a full session has room again. */
@Tag("Q5")
class DeliveryGateTest {

    private final DeliveryGate gate = new DeliveryGate();

    @Test
    void isTheOneWhoFindsRoomAndNobodyAfter() {
        assertThat(gate.full(() -> true)).isFalse();
        assertThat(gate.full(() -> true)).isFalse();
        assertThat(gate.full(() -> false)).isTrue();
        assertThat(gate.full(() -> false)).isFalse();
    }

    /** One settles while another's look, which did not see that yet, is about to say that the session is full. */
    @Test
    void isTheOneWhoCameBeforeItWasSaidToBeFull() throws Exception {
        AtomicReference<Running<Boolean>> settling = new AtomicReference<>();
        gate.full(() -> {
            settling.set(Running.start(() -> gate.full(() -> false)).untilItWaits());
            return true;
        });
        assertThat(settling.get().result()).isTrue();
        assertThat(gate.isFull()).isFalse();
    }
}
