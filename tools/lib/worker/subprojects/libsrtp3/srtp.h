// The calls of libsrtp 3 that the media worker makes, on top of the libsrtp 2 that distributions ship.
//
// The difference: version 3 reads from one buffer, writes to another and is told how much room there is; version 2
// works in place and trusts its caller. Version 3 also renamed one function and added two error codes.

#ifndef ROTUNDA_SRTP3_ON_SRTP2_H
#define ROTUNDA_SRTP3_ON_SRTP2_H

#include <srtp2/srtp.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(srtp_err_status_pkt_idx_adv + 1);
constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(srtp_err_status_pkt_idx_adv + 2);

namespace rotunda
{
	using SrtpInPlace = srtp_err_status_t (*)(srtp_t, void*, int*);

	// `Growth`: the most octets that the call may append.
	template<SrtpInPlace Call, size_t Growth>
	srtp_err_status_t ApplySrtp(srtp_t session, const uint8_t* input, size_t inputLen, uint8_t* output, size_t* outputLen)
	{
		constexpr auto longest = static_cast<size_t>(std::numeric_limits<int>::max()) - Growth;

		if (inputLen > longest || *outputLen < inputLen + Growth)
		{
			return srtp_err_status_buffer_small;
		}

		if (output != input)
		{
			std::memmove(output, input, inputLen);
		}

		auto length       = static_cast<int>(inputLen);
		const auto status = Call(session, output, &length);

		if (status == srtp_err_status_ok)
		{
			*outputLen = static_cast<size_t>(length);
		}

		return status;
	}
} // namespace rotunda

// The worker never uses master key identifiers, so their index is not looked at.
inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* rtp, size_t rtpLen, uint8_t* srtp, size_t* srtpLen, size_t /*mkiIndex*/)
{
	return rotunda::ApplySrtp<srtp_protect, SRTP_MAX_TAG_LEN>(session, rtp, rtpLen, srtp, srtpLen);
}

// SRTCP appends its index of four octets as well.
inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* rtcp, size_t rtcpLen, uint8_t* srtcp, size_t* srtcpLen, size_t /*mkiIndex*/)
{
	return rotunda::ApplySrtp<srtp_protect_rtcp, SRTP_MAX_TAG_LEN + 4>(session, rtcp, rtcpLen, srtcp, srtcpLen);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const uint8_t* srtp, size_t srtpLen, uint8_t* rtp, size_t* rtpLen)
{
	return rotunda::ApplySrtp<srtp_unprotect, 0>(session, srtp, srtpLen, rtp, rtpLen);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* srtcp, size_t srtcpLen, uint8_t* rtcp, size_t* rtcpLen)
{
	return rotunda::ApplySrtp<srtp_unprotect_rtcp, 0>(session, srtcp, srtcpLen, rtcp, rtcpLen);
}

// Both versions want the SSRC in network byte order.
inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
	return srtp_remove_stream(session, ssrc);
}

#endif
