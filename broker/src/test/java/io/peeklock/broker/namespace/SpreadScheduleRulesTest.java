/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules N3 to N5 and T8 in a partitioned queue. */
class SpreadScheduleRulesTest extends ScheduleRulesTest {

    @Override
    QueueDescription.Builder queue() {
        return super.queue().partitioned(true);
    }

    @Test
    @Tag("N3")
    void cancelsInAllPartitionsAndNamesWhatIsNotThere() {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            numbers.add(schedule("m" + i, HOUR));
        }
        assertThat(numbers.stream().map(number -> number >>> 48)).doesNotHaveDuplicates();
        assertThat(refusalOfCancelling(numbers.get(0), numbers.get(1), 2L << 48 | 4711)
                        .code())
                .isEqualTo(ErrorCode.MessageNotFound);
        assertThat(refusalOfCancelling(99L << 48).code()).isEqualTo(ErrorCode.MessageNotFound);
        bus.get(bus.namespace.cancelScheduled(TestBus.ORDERS, numbers.subList(2, 4)));
        assertThat(bus.counters().scheduled()).isZero();
    }
}
